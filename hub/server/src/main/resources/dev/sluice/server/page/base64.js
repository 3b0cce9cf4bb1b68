// Data that is neither text nor JSON to the hub.

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
