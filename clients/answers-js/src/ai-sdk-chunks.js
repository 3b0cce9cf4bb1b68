/** The chunks of the AI SDK's UI message stream, as an answer's channel has them: each is the data of an event. */

/** Joined deltas have at most so many characters. */
const JOINED_CHARS_MAX = 64 * 1024;

/** The delta of each chunk that has one, and whose it is. */
const DELTAS = {
  'text-delta': ['delta', 'id'],
  'reasoning-delta': ['delta', 'id'],
  'tool-input-delta': ['inputTextDelta', 'toolCallId'],
};

/** The chunks of an answer's events; its end as the SDK expresses it. */
export async function* chunksOf(events) {
  const seen = new Set();
  for await (const { type, data, reason } of events) {
    if (type === 'message' && typeof data?.type === 'string') {
      seen.add(data.type);
      yield data;
    } else if (type === 'sluice.gap') {
      return yield { type: 'error', errorText: `A part of this answer is gone (${reason}).` };
    } else if (type === 'end') {
      const { status, by, reason, message } = data ?? {};
      if (status === 'failed' && !seen.has('error')) yield { type: 'error', errorText: message ?? `The answer failed (${reason}).` };
      if (status === 'stopped' && !seen.has('abort')) yield { type: 'abort', reason: by ? `Stopped by ${by}.` : 'Stopped.' };
      return;
    }
  }
  yield { type: 'abort', reason: 'Stopped.' }; // The channel was closed without a word.
}

/** Joins the deltas of one part that are there already: what was kept comes in one piece. */
export async function* joined(chunks) {
  const iterator = chunks[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      let chunk = value;
      for (;;) {
        next = iterator.next();
        const following = await Promise.race([next, new Promise(resolve => setTimeout(resolve))]);
        const whole = following?.value && joinedChunk(chunk, following.value);
        if (!whole) break;
        chunk = whole;
      }
      yield chunk;
    }
  } finally {
    await iterator.return?.();
  }
}

function joinedChunk(one, other) {
  const [delta, owner] = DELTAS[one.type] ?? [];
  if (!delta || other.type !== one.type || other[owner] !== one[owner]) return;
  if (one.providerMetadata || other.providerMetadata || one[delta].length + other[delta].length > JOINED_CHARS_MAX) return;
  return { ...one, [delta]: one[delta] + other[delta] };
}

/** A stream of what an iterator yields; `close` ends its source when its reader has gone. */
export function streamOf(iterable, close) {
  const iterator = iterable[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: close,
  });
}
