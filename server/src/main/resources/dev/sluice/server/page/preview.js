// An event in one line of text.
import { bytes, words } from './words.js';

const CHARACTERS_MAX = 300;

const scalar = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** The members of an object as "name value", without those below them. */
function members(object) {
    return Object.entries(object)
        .map(([name, value]) => `${name} ${typeof value === 'object' && value !== null && !JSON.isRawJSON?.(value) ? (Array.isArray(value) ? `[${value.length}]` : '{…}') : scalar(value)}`)
        .join('  ');
}

const TEXT_TYPES = /^(?:text\/|[^;]*(?:[/+](?:xml|yaml|x-yaml|javascript|csv|x-ndjson)))/i;

export const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The text of data whose type is a kind of text and whose bytes are UTF-8; null: neither. */
export function decoded({ data_base64: base64, contentType = '' }) {
    if (base64 === undefined || !TEXT_TYPES.test(contentType)) return null;
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(base64));
    } catch {
        return null;
    }
}

export const sizeOf = (base64) => (base64.length / 4) * 3 - base64.match(/=*$/)[0].length;

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
