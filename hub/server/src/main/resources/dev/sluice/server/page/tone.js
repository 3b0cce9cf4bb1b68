// Colours of categories.

const TONES = 'abcdefgh';

/** The colour of a name, which is the same on every page. Channels have the colour of their first segment. */
export function toneOf(name) {
    let hash = 7;
    for (const each of name.split('/', 1)[0]) hash = (hash * 33 + each.codePointAt(0)) >>> 0;
    return TONES[hash % TONES.length];
}

const TRANSPORTS = { sse: 'a', websocket: 'b', ndjson: 'g', text: 'd', poll: 'f', session: 'e' };

/** The colour of a transport. */
export const toneOfTransport = (name) => TRANSPORTS[name] ?? 'h';
