// An event as the hub sends it over each transport: requested again, not rebuilt from the page's data.
import { link } from '../hub.js';
import { address, kept } from '../requests.js';

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

/** @returns `[{ name, text }]`, which is empty if the hub no longer keeps the event */
export async function wire(event, signal) {
    const found = await kept(link(event.channel), event.id, signal);
    if (found === null) return []; // Its streams would not end.
    const url = (as, more = {}) => address(link(event.channel), { after: found.before, as, ...more });
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
