/** The chunks of the AI SDK's UI message stream, as an answer's channel has them: each is the data of an event. */

import { halves } from './streams.js';

/** The delta of each chunk that has one, and whose it is. */
export const DELTAS = {
  'text-delta': ['delta', 'id'],
  'reasoning-delta': ['delta', 'id'],
  'tool-input-delta': ['inputTextDelta', 'toolCallId'],
};

/** The type of events with the chunks of the message that an answer continues, for readers that have nothing of it. */
export const CONTINUED = 'continued';

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

/** The chunks in place of one that is too large for the hub: halves of a delta, an error for the output of a tool. */
export function smallerChunks(chunk) {
  if (chunk.type !== 'tool-output-available') return halves(chunk, DELTAS);
  const { output, preliminary, ...result } = chunk;
  return [{ ...result, type: 'tool-output-error', errorText: 'The output of the tool is too large for the hub.' }];
}

/** The chunks from which the SDK makes this message again. */
export function* chunksOfMessage({ id, metadata, parts }) {
  yield { type: 'start', messageId: id, messageMetadata: metadata };
  for (const [i, part] of parts.entries()) yield* chunksOfPart(part, part.id ?? `continued-${i}`);
}

function* chunksOfPart(part, id) {
  const { type, text, state, providerMetadata, citations } = part;
  if (type === 'step-start') {
    yield { type: 'start-step' };
  } else if (type === 'text' || type === 'reasoning') {
    yield { type: `${type}-start`, id, providerMetadata };
    yield { type: `${type}-delta`, id, delta: text };
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
