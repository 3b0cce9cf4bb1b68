/** The events of AG-UI, as a run's channel has them: each is the data of an event. */

import { halves } from './streams.js';

/** The delta of each event that has one, and whose it is. */
export const DELTAS = {
  TEXT_MESSAGE_CONTENT: ['delta', 'messageId'],
  REASONING_MESSAGE_CONTENT: ['delta', 'messageId'],
  TOOL_CALL_ARGS: ['delta', 'toolCallId'],
};

const TOO_LARGE = 'The result of the tool is too large for the hub.';

/** The events in place of one that is too large for the hub: halves of a delta, a sentence as the result of a tool. */
export function smallerEvents(event) {
  const { type, messageId, toolCallId, role } = event;
  if (type !== 'TOOL_CALL_RESULT') return halves(event, DELTAS);
  if (event.content !== TOO_LARGE) return [{ type, messageId, toolCallId, role, content: TOO_LARGE }];
}

/** The events of a run, with exactly one that ends it: RUN_FINISHED or RUN_ERROR. */
export async function* eventsOf(events) {
  for await (const { type, data, reason } of events) {
    if (type === 'message' && typeof data?.type === 'string') {
      yield data;
      if (data.type === 'RUN_FINISHED' || data.type === 'RUN_ERROR') return;
    } else if (type === 'sluice.gap') {
      return yield failure(`A part of this run is gone (${reason}).`, reason);
    } else if (type === 'end') {
      const { status, by, reason: why, message } = data ?? {};
      if (status === 'stopped') return yield failure(by ? `Stopped by ${by}.` : 'Stopped.', 'stopped');
      return yield failure(message ?? `The run failed (${why}).`, why);
    }
  }
  yield failure('The run was closed without an end.', 'closed');
}

function failure(message, code) {
  return { type: 'RUN_ERROR', message, code };
}
