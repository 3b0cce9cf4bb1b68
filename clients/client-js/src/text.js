/** Splits streams of text into lines. */
import { foreign } from './errors.js';

/** The longest line that the hub sends. */
const LINE_CHARS_MAX = 64 * 1024 * 1024;

/** Yields arrays of whole lines. An incomplete line at the end is dropped: its event is sent again after the reconnect. */
export async function* linesOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/);
    rest = lines.pop();
    if (rest.length > LINE_CHARS_MAX) throw foreign();
    yield lines;
  }
}

export function parse(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw foreign({ cause });
  }
}

/** An answer of another type comes from a captive portal or a proxy. */
export function expectType(answer, type) {
  if (answer.status === 204 || answer.headers.get('Content-Type')?.startsWith(type)) return answer;
  throw foreign({ status: answer.status });
}
