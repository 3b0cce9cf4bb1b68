/** Text that comes in pieces. */
import { SluiceError } from './errors.js';

/** A line of text that is longer than this is nothing that a hub sends. */
const LINE_CHARS_MAX = 64 * 1024 * 1024;

/** The text of a stream, in arrays of whole lines. One that was cut off is dropped: it comes whole the next time. */
export async function* linesOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/);
    rest = lines.pop();
    if (rest.length > LINE_CHARS_MAX) throw new SluiceError('What answers is no hub.');
    yield lines;
  }
}

export function parse(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SluiceError('What answers is no hub.', { cause });
  }
}

/** An answer that is of another type is a portal's or a proxy's own. */
export function expectType(answer, type) {
  if (answer.status === 204 || answer.headers.get('Content-Type')?.startsWith(type)) return answer;
  throw new SluiceError('What answers is no hub.', { status: answer.status });
}
