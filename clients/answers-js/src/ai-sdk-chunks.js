/** The chunks of the AI SDK's UI message stream, as an answer's channel has them: each is the data of an event. */

/** The delta of each chunk that has one, and whose it is. */
export const DELTAS = {
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
  yield { type: 'error', errorText: 'The answer was closed without an end.' };
}
