/** Streams of what an answer's channel has. */

/** Joined deltas have at most so many characters. */
const JOINED_CHARS_MAX = 64 * 1024;

/** Between comments to a proxy that would cut a silent response; most wait for 60 s. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Joins the deltas of one part that are there already: what was kept comes in one piece.
 *
 * @param deltas by the type of a chunk, its member with the delta, and that which says whose it is
 */
export async function* joined(chunks, deltas) {
  const iterator = chunks[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      let chunk = value;
      for (;;) {
        next = iterator.next();
        const following = await Promise.race([next.catch(() => {}), new Promise(resolve => setTimeout(resolve))]);
        const whole = following?.value && joinedChunk(chunk, following.value, deltas);
        if (!whole) break;
        chunk = whole;
      }
      yield chunk;
    }
  } finally {
    await iterator.return?.();
  }
}

function joinedChunk(one, other, deltas) {
  const [delta, owner] = deltas[one.type] ?? [];
  if (!delta || other.type !== one.type || other[owner] !== one[owner]) return;
  if (one.providerMetadata || other.providerMetadata || one[delta].length + other[delta].length > JOINED_CHARS_MAX) return;
  return { ...one, [delta]: one[delta] + other[delta] };
}

/**
 * The halves of a chunk with a delta; undefined if it has none to split.
 *
 * @param deltas as of `joined`
 */
export function halves(chunk, deltas) {
  const { type } = chunk;
  const [delta, owner] = deltas[type] ?? [];
  const text = chunk[delta] ?? '';
  let middle = text.length >> 1;
  if (/[\uD800-\uDBFF]/.test(text[middle - 1])) middle++; // Not within a character.
  if (middle === 0 || middle === text.length) return;
  return [{ type, [owner]: chunk[owner], [delta]: text.slice(0, middle) }, { ...chunk, [delta]: text.slice(middle) }];
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

/** A stream of what is one already, or an iterable, or an observable. */
export function asStream(source) {
  if (source.getReader) return source;
  if (!source.subscribe) {
    const iterator = source[Symbol.asyncIterator]();
    return streamOf({ [Symbol.asyncIterator]: () => iterator }, () => iterator.return?.());
  }
  let subscription;
  return new ReadableStream({
    start(controller) {
      subscription = source.subscribe({
        next: value => controller.enqueue(value),
        error: error => controller.error(error),
        complete: () => controller.close(),
      });
    },
    cancel: () => subscription.unsubscribe(),
  });
}

/**
 * A response with an event stream.
 *
 * @param messages the fields of each: `id`, `event`, and `data`, which is sent as JSON
 * @param close    ends their source when the reader has gone
 */
export function eventStream(messages, headers, close) {
  let timer;
  const quiet = () => clearInterval(timer);
  const texts = streamOf(textsOf(messages, quiet), () => {
    quiet();
    close();
  });
  const body = texts.pipeThrough(new TransformStream({
    start(controller) {
      timer = setInterval(() => controller.enqueue(': \n\n'), KEEP_ALIVE_MS);
    },
  })).pipeThrough(new TextEncoderStream());
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', 'X-Accel-Buffering': 'no', ...headers } });
}

/** @param onEnd called also when the source fails, which no method of a TransformStream is */
async function* textsOf(messages, onEnd) {
  try {
    for await (const { id, event, data } of messages) {
      yield `${id ? `id: ${id}\n` : ''}${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
    }
  } finally {
    onEnd();
  }
}
