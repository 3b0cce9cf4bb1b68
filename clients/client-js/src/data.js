/** Encodes and decodes the data of events. */

export function asEvent(envelope) {
  const { data_base64: base64, ...event } = envelope;
  event.cursor ??= event.id;
  if (base64 !== undefined) event.data = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  return event;
}

/** The kinds of values that JSON holds. A member that is undefined is left out, so its readers find undefined, too. */
const JSON_TAGS = ['Object', 'Array', 'String', 'Number', 'Boolean', 'Null'];

const tagOf = value => Object.prototype.toString.call(value).slice(8, -1); // Works across realms, unlike instanceof.

/**
 * Returns the data as the members of a message. It is copied, because it may be sent later, or several times.
 *
 * @throws TypeError if a reader would get different data
 */
export function content(data, contentType) {
  const bytes = bytesOf(data);
  if (bytes) return inBase64(bytes, contentType);
  const isText = typeof data === 'string';
  if (isText && /\p{Surrogate}/u.test(data)) throw new TypeError('The text contains half a character (a lone surrogate).');
  const text = isText ? data : asJson(data);
  // Data with a content type is sent as bytes: the escapes of a JSON text could exceed the message limit.
  const isLong = isText && JSON.stringify(text).length > 2 * text.length + 2;
  if (contentType || isLong) return inBase64(new TextEncoder().encode(text), contentType ?? 'text/plain; charset=utf-8');
  return { data: isText ? text : JSON.parse(text) };
}

function bytesOf(data) {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (['ArrayBuffer', 'SharedArrayBuffer'].includes(tagOf(data))) return new Uint8Array(data);
}

function inBase64(bytes, contentType) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { data_base64: btoa(binary), contentType };
}

function asJson(data) {
  const text = JSON.stringify(data, function (name, value) {
    const tag = tagOf(value);
    const isMissing = tag === 'Undefined' && !Array.isArray(this);
    const isLost = tag === 'Number' ? !Number.isFinite(Number(value)) : tag === 'Null' ? this[name] !== null : !JSON_TAGS.includes(tag);
    if (isLost && !isMissing) throw new TypeError(`JSON cannot hold this${name && ` '${name}'`}: ${tag === 'Number' ? value : tagOf(this[name])}.`);
    return value;
  });
  if (text === undefined) throw new TypeError('There is no data.');
  return text;
}

export function randomKey() { // crypto.randomUUID exists in secure contexts only.
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
