// A reader of events for each transport of Sluice, all with one interface: an async generator of lists of items that
// arrived together, because awaiting each item would take longer than parsing it. It returns at the end of the stream, and
// throws Refused if the hub refuses, or another error if the connection fails.
//
//   { open: true }             the hub has answered
//   { cursor }                 the cursor to resume from
//   { event, characters }      an event's envelope, which is also the cursor after it, and the length of its text, if known
//   { gap: { after, resume, reason } }, { closed: { channel, cursor } }, { heartbeat: { cursor, behind } }
//   { text }                   raw text without ids; the cursor stays at the beginning of the text
//   { retry }                  ms to wait before reconnecting
//   { ended: true }            all channels have ended, so there is no reason to reconnect
//   { failure }                a Refused, with which the hub ends the stream
import { Refused, address, ask, page, parse } from './requests.js';

async function* pieces(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
    }
}

/** Yields lines, grouped as they arrive. */
export async function* lines(answer) {
    let rest = '';
    for await (const piece of pieces(answer)) {
        const whole = (rest + piece).split('\n');
        rest = whole.pop();
        yield whole;
    }
}

/** Converts an object of JSON lines or WebSocket to an item; only events have an id. */
export function told(object, characters) {
    if (object.id !== undefined) return { event: object, characters };
    if (object.error) return { failure: new Refused(object.error, object.error.retry ? 1000 : undefined) };
    return object;
}

const HEARTBEAT = 5;

// Uses fetch, because EventSource delivers only event types registered beforehand, and hides the reason of a refusal
// and the time until its retry.
async function* sse(selection, from, signal) {
    const parameters = { ...from, as: 'sse', envelope: 'json', heartbeat: `${HEARTBEAT},event`, errors: 'status' };
    const answer = await ask(address(selection, parameters), { signal });
    yield [{ open: true }];
    if (answer.status === 204) return yield [{ ended: true }];
    let block = {};
    for await (const some of lines(answer)) {
        const items = [];
        for (const line of some) {
            if (line !== '') {
                field(block, line);
            } else {
                add(block, items);
                block = {};
            }
        }
        yield items;
    }
}

/** Parses a line of a block (WHATWG HTML §9.2.6). */
function field(block, line) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    block[name] = name === 'data' && block.data !== undefined ? `${block.data}\n${value}` : value;
}

function add({ event, data, id, retry }, items) {
    if (retry !== undefined) items.push({ retry: Number(retry) });
    if (data !== undefined) {
        const object = parse(data);
        items.push(event?.startsWith('sluice.') ? told({ [event.slice('sluice.'.length)]: object }) : { event: object, characters: data.length });
    } else if (id !== undefined) {
        items.push({ cursor: id });
    }
}

async function* ndjson(selection, from, signal) {
    const parameters = { ...from, as: 'ndjson', heartbeat: HEARTBEAT };
    const answer = await ask(address(selection, parameters), { signal });
    yield [{ open: true }];
    if (answer.status === 204) return yield [{ ended: true }];
    for await (const some of lines(answer)) yield some.map((line) => told(parse(line), line.length));
}

async function* text(selection, from, signal) {
    const answer = await ask(address(selection, { ...from, as: 'text' }), { signal });
    yield [{ open: true }];
    if (answer.status === 204) return yield [{ ended: true }];
    yield [{ cursor: answer.headers.get('Sluice-Cursor') }];
    for await (const piece of pieces(answer)) yield [{ text: piece }];
    yield [{ ended: true }]; // A truncated answer is an error, so this is the end of the channel.
}

async function* websocket(selection, from, signal) {
    const url = address(selection, { ...from, envelope: 'json', heartbeat: HEARTBEAT, errors: 'event' });
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url);
    const heard = [];
    let wake = () => {};
    const hear = (said) => {
        heard.push(said);
        wake();
    };
    const close = ({ code, reason }) => {
        if (code === 1000) hear({ ended: true });
        else hear({ failure: code >= 4000 ? new Refused({ status: code - 4000, title: reason }) : new Error('closed') });
    };
    socket.onopen = () => hear({ open: true });
    socket.onmessage = ({ data }) => hear({ message: data });
    socket.onclose = close;
    signal.addEventListener('abort', () => close({ code: 1006 }));
    try {
        for (;;) {
            if (heard.length > 0) yield heard.splice(0).map((said) => (said.message === undefined ? said : told(parse(said.message), said.message.length)));
            else await new Promise((resolve) => (wake = resolve));
        }
    } finally {
        socket.close();
    }
}

const POLL_MS = 2000;
const POLL_AGAIN_MS = 500; // After one event, another may follow soon.
const LIMIT = 500;

async function* polls(selection, from, signal, parameters, pauseMs) {
    let at = { ...from, limit: LIMIT }; // The first poll does not wait, to learn at once if the hub answers.
    for (;;) {
        const { events, cursor, more, gap, closed } = await page(selection, at, signal);
        yield [{ open: true }, ...(gap ? [{ gap }] : []), ...events.map((event) => ({ event })), { cursor }];
        if (closed) return yield [{ ended: true }];
        if (!more) {
            yield [{ heartbeat: { cursor, behind: 0 } }];
            await new Promise((resolve) => setTimeout(resolve, events.length > 0 ? Math.min(pauseMs, POLL_AGAIN_MS) : pauseMs));
        }
        at = { ...behind(at, cursor), ...parameters };
    }
}

/** The same parameters from another cursor. */
export function behind({ after, since, last, snapshot, ...filters }, cursor) {
    return { ...filters, after: cursor };
}

const longpoll = (selection, from, signal) => polls(selection, from, signal, { wait: 25 }, 0);
const poll = (selection, from, signal) => polls(selection, from, signal, {}, POLL_MS);

export const transports = { sse, websocket, ndjson, text, longpoll, poll };
