/** The chunks of the AI SDK's UI message stream, as an answer's channel has them: each is the data of an event. */

/** The delta of each chunk that has one, and whose it is. */
export const DELTAS = {
  'text-delta': ['delta', 'id'],
  'reasoning-delta': ['delta', 'id'],
  'tool-input-delta': ['inputTextDelta', 'toolCallId'],
};

/** The type of events with the chunks of the message that an answer continues, for readers that have nothing of it. */
export const CONTINUED = 'continued';

/** The longest delta of a message that is continued. */
const DELTA_CHARS_MAX = 64 * 1024;

/** The most that a hub takes as one event (`publish.event_max`), unless it is set. */
const EVENT_BYTES_MAX = 1024 * 1024;

/**
 * The chunks of an answer's events; its end as the SDK expresses it.
 *
 * @param isWhole whether a message that the answer continues comes before
 */
export async function* chunksOf(events, isWhole) {
  const seen = new Set();
  for await (const { type, data, reason } of events) {
    if (type === 'message' && typeof data?.type === 'string') {
      seen.add(data.type);
      yield data;
    } else if (type === CONTINUED && isWhole) {
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

/** The chunks from which the SDK makes this message again; none if one is too long for the hub, such as the output of a page's tool. */
export function chunksOfMessage(message) {
  const chunks = [...allChunksOf(message)];
  const isLong = chunk => new TextEncoder().encode(JSON.stringify(chunk)).length > EVENT_BYTES_MAX;
  return chunks.some(isLong) ? [] : chunks;
}

function* allChunksOf({ id, metadata, parts }) {
  yield { type: 'start', messageId: id, messageMetadata: metadata };
  for (const [i, part] of parts.entries()) yield* chunksOfPart(part, part.id ?? `continued-${i}`);
}

function* chunksOfPart(part, id) {
  const { type, text, state, providerMetadata, citations } = part;
  if (type === 'step-start') {
    yield { type: 'start-step' };
  } else if (type === 'text' || type === 'reasoning') {
    yield { type: `${type}-start`, id, providerMetadata };
    for (let at = 0; at < text.length; at += DELTA_CHARS_MAX) yield { type: `${type}-delta`, id, delta: text.slice(at, at + DELTA_CHARS_MAX) };
    if (state !== 'streaming') yield { type: `${type}-end`, id, citations };
  } else if (part.toolCallId) {
    yield* chunksOfTool(part);
  } else {
    yield part; // A file, a source, or data, whose chunk is the same.
  }
}

/** The input comes as a delta unless the call waits for its output: the page would run a tool again at `tool-input-available`. */
function* chunksOfTool(part) {
  const { type, toolCallId, state, input, inputEncoding, providerExecuted, title, toolMetadata, approval } = part;
  const dynamic = type === 'dynamic-tool';
  const toolName = dynamic ? part.toolName : type.slice('tool-'.length);
  const call = { toolCallId, toolName, dynamic, providerExecuted, title, toolMetadata, providerMetadata: part.callProviderMetadata };
  if (state === 'input-available') return yield { type: 'tool-input-available', ...call, input };
  yield { type: 'tool-input-start', ...call, inputEncoding };
  if (input !== undefined) yield { type: 'tool-input-delta', toolCallId, inputTextDelta: inputEncoding === 'text' ? input : JSON.stringify(input) };
  if (approval) yield* chunksOfApproval(toolCallId, approval);
  const result = { toolCallId, providerExecuted, providerMetadata: part.resultProviderMetadata };
  if (state === 'output-available') yield { type: 'tool-output-available', ...result, output: part.output, preliminary: part.preliminary };
  if (state === 'output-error') yield { type: 'tool-output-error', ...result, errorText: part.errorText };
  if (state === 'output-denied') yield { type: 'tool-output-denied', toolCallId };
}

function* chunksOfApproval(toolCallId, { id: approvalId, descriptor, requestReason, approved, reason, ...request }) {
  yield { type: 'tool-approval-request', toolCallId, approvalId, approvalDescriptor: descriptor, reason: requestReason, ...request };
  if (approved !== undefined) yield { type: 'tool-approval-response', approvalId, approved, reason };
}
