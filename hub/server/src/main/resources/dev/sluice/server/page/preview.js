// An event in one line of text.
import { decoded, sizeOf } from './base64.js';
import { bytes, words } from './words.js';

const CHARACTERS_MAX = 300;

const scalar = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** The members of an object as "name value", without nested ones. */
function members(object) {
    return Object.entries(object)
        .map(([name, value]) => `${name} ${typeof value === 'object' && value !== null && !JSON.isRawJSON?.(value) ? (Array.isArray(value) ? `[${value.length}]` : '{…}') : scalar(value)}`)
        .join('  ');
}

export function preview(event) {
    const { data, data_base64: base64, contentType } = event;
    const text = decoded(event);
    if (text !== null) return text.slice(0, CHARACTERS_MAX).replaceAll('\n', ' ⏎ ');
    if (base64 !== undefined) return `${words('data.binary')} ${bytes(sizeOf(base64))} ${contentType ?? ''}`;
    if (data === undefined) return '';
    if (typeof data === 'string') return data.slice(0, CHARACTERS_MAX);
    if (typeof data === 'object' && data !== null && !Array.isArray(data) && !JSON.isRawJSON?.(data)) return members(data).slice(0, CHARACTERS_MAX);
    return JSON.stringify(data).slice(0, CHARACTERS_MAX);
}
