// An event as the hub sends it over each transport: requested again, not rebuilt from the page's data.
import { link } from '../hub.js';
import { address, page } from '../requests.js';

const BYTES_MAX = 256 * 1024;

/** Reads a stream until its text contains this one, then ends it. */
async function readUntil(url, end, signal) {
    const stops = new AbortController();
    const answer = await fetch(url, { cache: 'no-store', signal: AbortSignal.any([signal, stops.signal]) });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (text.length < BYTES_MAX && !end(text)) {
        const { done, value } = await reader.read();
        if (done) break;
        text += value;
    }
    stops.abort();
    return text;
}

const block = (text, id) => text.split('\n\n').find((each) => each.includes(`id: ${id}`) || each.includes(`id:${id}`));

/** The id of the previous event of its channel, after which its bytes are read. */
async function before(event, signal) {
    const { events } = await page(link(event.channel), { before: event.id, limit: 1 }, signal);
    return events.at(-1)?.id ?? 'earliest';
}

/**
 * @param known the cursor before the event; null to ask the hub for it
 * @returns `[{ name, text }]`
 */
export async function wire(event, known, signal) {
    const after = known ?? (await before(event, signal));
    const url = (as, more = {}) => address(link(event.channel), { after, as, ...more });
    const has = (text) => Boolean(block(text, event.id)) && text.lastIndexOf('\n\n') > text.indexOf(event.id);
    const line = (text) => text.split('\n').find((each) => each.includes(`"id":"${event.id}"`));
    const whole = (text) => Boolean(line(text)) && text.indexOf('\n', text.indexOf(`"id":"${event.id}"`)) > 0;
    const [raw, json, lines] = await Promise.all([
        readUntil(url('sse', { envelope: 'raw' }), has, signal),
        readUntil(url('sse', { envelope: 'json' }), has, signal),
        readUntil(url('ndjson'), whole, signal),
    ]);
    return [
        { name: 'SSE', text: block(raw, event.id) },
        { name: 'SSE · envelope=json', text: block(json, event.id) },
        { name: 'JSON lines · WebSocket', text: line(lines) },
    ].filter(({ text }) => text !== undefined);
}
