// Binary data as an image, or in hexadecimal.

const HEX_BYTES_MAX = 4096;
const IMAGE_TYPES = /^image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon)\b/i;

/** The address of an image; null if the data is not an image. */
export const imageOf = ({ data_base64: base64, contentType = '' }) =>
    IMAGE_TYPES.test(contentType) ? `data:${contentType.split(';', 1)[0]};base64,${base64}` : null;

/** A hex dump, sixteen bytes per line: offset, values and characters. */
export function hex(bytes) {
    const lines = [];
    for (let at = 0; at < Math.min(bytes.length, HEX_BYTES_MAX); at += 16) {
        const some = [...bytes.slice(at, at + 16)];
        const values = some.map((each) => each.toString(16).padStart(2, '0'));
        const left = values.slice(0, 8).join(' ').padEnd(23);
        const right = values.slice(8).join(' ').padEnd(23);
        const text = some.map((each) => (each >= 32 && each < 127 ? String.fromCharCode(each) : '·')).join('');
        lines.push(`${at.toString(16).padStart(6, '0')}  ${left}  ${right}  ${text}`);
    }
    if (bytes.length > HEX_BYTES_MAX) lines.push('…');
    return lines.join('\n');
}
