// Data that the hub treats neither as text nor as JSON.

const TEXT_TYPES = /^(?:text\/|[^;]*(?:[/+](?:xml|yaml|x-yaml|javascript|csv|x-ndjson)))/i;

export const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The text of data whose type is a text type and whose bytes are UTF-8; null for other data. */
export function decoded({ data_base64: base64, contentType = '' }) {
    if (base64 === undefined || !TEXT_TYPES.test(contentType)) return null;
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(base64));
    } catch {
        return null;
    }
}

export const sizeOf = (base64) => (base64.length / 4) * 3 - base64.match(/=*$/)[0].length;
