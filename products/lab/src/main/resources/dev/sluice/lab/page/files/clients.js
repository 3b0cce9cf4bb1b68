// The clients of all lanes, written without client.js, because the code that each lane needs is a part of the
// comparison.
const EVENT = /\|{8}([A-P]{8})([A-P]{8})([A-P]{8})\.*;/g; // The format of dev.sluice.wire.Payload.
const LETTER = 'A'.charCodeAt(0);
const FIRST_MS = 1000;
const WAIT_SECONDS = 30;

const number = (letters) => [...letters].reduce((sum, each) => sum * 16 + each.charCodeAt(0) - LETTER, 0);
const letters = (bits) => [...bits.toString(16).padStart(8, '0')].map((each) => String.fromCharCode(LETTER + parseInt(each, 16))).join('');

/** Returns the numbers and times (in microseconds, modulo 2^32) of the events in a text. */
function eventsIn(text) {
    return Array.from(text.matchAll(EVENT), ([, , event, time]) => [number(event), number(time)]);
}

/** Returns the data of an event that is sent at a time in microseconds. */
export function dataOf(event, time, size) {
    return `${`||||||||${letters(0)}${letters(event)}${letters(Math.round(time) % 2 ** 32)}`.padEnd(size - 1, '.')};`;
}

/** Delays that double, with full jitter. */
class Backoff {
    #failures = 0;

    reset() {
        this.#failures = 0;
    }

    next() {
        return Math.random() * FIRST_MS * 2 ** Math.min(this.#failures++, 5);
    }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Reads a channel over one lane, and reconnects after each loss, until `signal` is aborted.
 *
 * @param on `request()` for each request, `open()`, `events([[number, time], …])`, `lost(why)`,
 *           `socket(open)` with the open WebSocket, or null
 */
export function read(lane, { url, channel, interval, signal, on }) {
    const target = `${url}/channels/${channel}`;
    switch (lane) {
        case 'polling':
            return poll(target, interval, '', signal, on);
        case 'long-polling':
            return poll(target, 0, `&wait=${WAIT_SECONDS}`, signal, on);
        case 'sse':
        case 'sse-http2':
            return eventSource(target, signal, on);
        case 'fetch-lines':
            return stream(target, 'application/x-ndjson', '\n', signal, on);
        case 'fetch-text':
            return stream(target, 'text/plain', ';', signal, on);
        default:
            return webSocket(target.replace('http', 'ws'), signal, on);
    }
}

/** Publishes over a lane: on the open WebSocket, else with a request. Resolves to true if the event was sent. */
export async function publish(lane, url, socket, data, signal, on) {
    const channel = `lab/up/${lane}`;
    if (lane === 'websocket') {
        socket?.send(JSON.stringify({ channel, data }));
        return socket !== null;
    }
    on.request();
    const answer = await fetch(`${url}/channels/${channel}`, { method: 'POST', body: data, signal });
    await answer.text();
    return answer.ok;
}

/** Repeats an attempt until `signal` is aborted. */
async function again(attempt, wait, signal, on) {
    while (!signal.aborted) {
        try {
            await attempt();
        } catch (why) {
            if (!signal.aborted) on.lost(String(why.message ?? why));
        }
        if (!signal.aborted) await pause(wait());
    }
}

function poll(target, interval, wait, signal, on) {
    const backoff = new Backoff();
    let cursor = 'latest';
    async function ask() {
        on.request();
        const parameters = cursor === 'latest' ? 'after=latest' : `after=${cursor}${wait}`;
        const answer = await fetch(`${target}?${parameters}`, { signal, cache: 'no-store', headers: { Accept: 'application/json' } });
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        const text = await answer.text();
        if (cursor === 'latest') on.open();
        on.events(eventsIn(text));
        ({ cursor } = JSON.parse(text));
        backoff.reset();
        return JSON.parse(text).more;
    }
    if (wait) {
        return again(async () => {
            while (!signal.aborted) await ask();
        }, () => backoff.next(), signal, on);
    }
    return again(async () => {
        while (await ask()); // Polls again at once while the hub has more events.
    }, () => interval, signal, on);
}

function eventSource(target, signal, on) {
    on.request();
    const source = new EventSource(`${target}?after=latest`);
    source.onopen = () => on.open();
    source.onmessage = ({ data }) => on.events(eventsIn(data));
    source.onerror = () => {
        on.lost(source.readyState === EventSource.CLOSED ? 'closed' : 'connecting');
        if (source.readyState !== EventSource.CLOSED) on.request(); // The browser reconnects by itself.
    };
    signal.addEventListener('abort', () => source.close());
}

function stream(target, accept, end, signal, on) {
    const backoff = new Backoff();
    let cursor = 'latest';
    return again(async () => {
        on.request();
        const answer = await fetch(`${target}?after=${cursor}`, { signal, cache: 'no-store', headers: { Accept: accept } });
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        on.open();
        backoff.reset();
        let rest = '';
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        while (true) {
            const { value, done } = await reader.read();
            if (done) throw new Error('ended');
            rest += value;
            const whole = rest.slice(0, rest.lastIndexOf(end) + 1);
            rest = rest.slice(whole.length);
            on.events(eventsIn(whole));
            if (end === '\n' && whole) cursor = place(whole.trimEnd().split('\n').at(-1)) ?? cursor;
        }
    }, () => backoff.next(), signal, on);
}

/** Returns the cursor of a message: its own, or that of a heartbeat. */
function place(json) {
    const { cursor, id, heartbeat } = JSON.parse(json);
    return cursor ?? id ?? heartbeat?.cursor;
}

function webSocket(target, signal, on) {
    const backoff = new Backoff();
    let cursor = 'latest';
    return again(() => new Promise((_, lost) => {
        on.request();
        const socket = new WebSocket(`${target}?after=${cursor}`);
        socket.onopen = () => {
            on.socket(socket);
            on.open();
            backoff.reset();
        };
        socket.onmessage = ({ data }) => {
            on.events(eventsIn(data));
            cursor = place(data) ?? cursor;
        };
        socket.onclose = ({ code }) => {
            on.socket(null);
            lost(new Error(`closed ${code}`));
        };
        signal.addEventListener('abort', () => socket.close());
    }), () => backoff.next(), signal, on);
}
