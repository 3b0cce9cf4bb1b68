/** Encodes and decodes the data of events. */

export function asEvent(envelope) {
  const { data_base64: base64, ...event } = envelope;
  event.cursor ??= event.id;
  if (base64 !== undefined) event.data = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  return event;
}

export function content(data, contentType) {
  if (data instanceof Uint8Array) {
    let binary = '';
    for (const byte of data) binary += String.fromCharCode(byte);
    return { data_base64: btoa(binary), contentType };
  }
  if (data === undefined) throw new TypeError('There is no data.');
  return { data, contentType };
}

export function randomKey() { // crypto.randomUUID exists in secure contexts only.
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
