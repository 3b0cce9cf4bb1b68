// The templates of the publish form, and the conversion of its text.

/** Examples, as `[name, fields]`; `{n}` counts, `{now}` is the time. */
export const EXAMPLES = [
    ['json', { type: 'order.placed', key: 'A-{n}', as: 'application/json', data: '{"order": {n}, "total": 12.5, "at": "{now}"}' }],
    ['log', { type: '', key: '', as: 'text/plain', data: '{now} \x1b[32mINFO\x1b[0m request {n} served' }],
    ['hex', { type: '', key: '', as: 'hex', data: 'de ad be ef 00 01 02 03' }],
];

/** The fields of the form for another event like this one. */
export function like({ channel, type, key, data, data_base64: base64 }) {
    const fields = { channel, type: type === 'message' ? '' : type, key: key ?? '' };
    if (base64 !== undefined) return { ...fields, as: 'hex', data: hexOf(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))) };
    if (typeof data === 'string') return { ...fields, as: 'text/plain', data };
    return { ...fields, as: 'application/json', data: JSON.stringify(data, null, 2) };
}

const hexOf = (bytes) => [...bytes].map((each) => each.toString(16).padStart(2, '0')).join(' ');

/** The bytes of hexadecimal digits; null if the text is not hexadecimal. */
export function bytesOfHex(text) {
    const digits = text.replaceAll(/[\s:]|0x/gi, '');
    if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return null;
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Fills in the number of an event and the time. */
export const filledIn = (text, n, now) => text.replaceAll('{n}', String(n)).replaceAll('{now}', now);
