/** Data on its way to and from the wire. */

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

export function randomKey() { // crypto.randomUUID is there in secure contexts only.
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
