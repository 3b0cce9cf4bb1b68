// The probes that run at the same time, once the hub is reached. Each returns its observation and its findings.
import { Refused } from '../requests.js';
import { beside, delayed } from './baseline.js';
import { upload } from './upload.js';
import { error, failure, held, json, stamped } from './way.js';

const QUICK = { events: 5, every: 250 };
const SLOW = { events: 3, every: 1_000 };
const CONFIRMATIONS = 2;
const STREAMS = 7;

const later = (ms) => new Promise((done) => setTimeout(done, ms));

/** Reads a stream to its end, and calls `piece` with each part of its text. */
async function read(answer, piece) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) piece(part.value);
}

/** Returns the delays of events over JSON lines, and the compression that a proxy has added. */
async function lines(way, pace) {
    const delays = [];
    let rest = '';
    const answer = await way.ask('stream', { as: 'ndjson', ...pace }, { signal: way.limit(way.leftMs()) });
    await read(answer, (text) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop();
        for (const each of parts) if (stamped(each)) delays.push(Date.now() - stamped(each));
    });
    return { delays, encoding: answer.headers.get('Content-Encoding') ?? '' };
}

/** Returns the delays of events over EventSource, which would reconnect, so it is closed at the first end. */
function events(way, pace) {
    return new Promise((done) => {
        const delays = [];
        const source = new EventSource(way.url('stream', pace));
        const end = () => {
            clearTimeout(timer);
            source.close();
            done({ delays, encoding: '' });
        };
        const timer = setTimeout(end, way.leftMs());
        source.onmessage = ({ data }) => delays.push(Date.now() - stamped(data));
        source.onerror = end;
    });
}

/** Checks a stream. If its events have different delays, it is checked again at a slower pace: this machine may have been busy. */
const stream = (name, receive) => ({
    name,
    async run(way) {
        let pace = QUICK;
        const received = () => beside(way, () => receive(way, pace));
        let { delays, encoding, baseline } = await received();
        const isLate = () => delays.length === pace.events && held(delays) > pace.every * 0.8;
        for (let i = 0; i < CONFIRMATIONS && isLate(); i++) {
            pace = SLOW;
            ({ delays, encoding, baseline } = await received());
        }
        const seen = { key: 'stream', name, n: delays.length, of: pace.events, ms: Math.round(held(delays)) };
        const findings = [];
        if (delays.length < pace.events) findings.push(error('stream-broken', seen));
        else if (isLate()) findings.push(delayed(error('stream-buffered', seen), held(delays), baseline));
        if (encoding) findings.push({ code: 'stream-compressed', severity: 'WARNING', seen: { key: 'encoding', name, encoding } });
        return { seen, findings };
    },
});

const socket = {
    name: 'websocket',
    sendsOrigin: true,
    async run(way) {
        let count = 0;
        const wanted = 3;
        const code = await open(way, { events: wanted, every: 250 }, way.leftMs(), () => count++);
        const seen = { key: 'socket', n: count, of: wanted, code: code ?? '-' };
        return { seen, findings: count === wanted ? [] : [error('websocket-refused', seen)] };
    },
};

/** Opens a WebSocket and returns its close code; undefined if it was still open after this time. */
function open(way, pace, ms, message) {
    return new Promise((done) => {
        const url = way.url('socket', pace);
        url.protocol = url.protocol.replace('http', 'ws');
        const webSocket = new WebSocket(url);
        const timer = setTimeout(() => {
            done(undefined);
            webSocket.close();
        }, ms);
        webSocket.onmessage = message;
        webSocket.onclose = ({ code }) => {
            clearTimeout(timer);
            done(code);
        };
    });
}

const cache = {
    name: 'cache',
    async run(way) {
        // A reload of the page would send `no-cache`, which caches obey.
        const count = async () => (await json(await way.ask('count.json', {}, { cache: 'default' }))).count;
        const counts = [];
        // A cache may pass on an answer before it has stored it, and a busy cache stores it later. So the pauses grow.
        for (const pauseMs of [0, 0, 50, 200, 600]) {
            await new Promise((done) => setTimeout(done, pauseMs));
            const next = await count();
            const seen = { key: 'cache', first: next, second: next };
            if (counts.includes(next)) return { seen, findings: [error('answers-cached', seen)] };
            counts.push(next);
        }
        return { seen: { key: 'cache', first: counts[0], second: counts[1] }, findings: [] };
    },
};

/** Browsers send preflight requests themselves. A page can send a similar request, which is enough to find out who answers. */
const preflight = {
    name: 'cors',
    sendsOrigin: true,
    async run(way) {
        const answer = await fetch(way.url('echo'), { method: 'OPTIONS', signal: way.limit() });
        const seen = { key: 'preflight', status: answer.status };
        const isHubs = answer.status === 204 && answer.headers.get('Allow')?.includes('GET');
        if (!isHubs) return { seen, findings: [error('cors-blocked', seen)] };
        // For its own pages, the hub sends no CORS headers, or those that it sends to all origins.
        const { headers } = await way.ask('echo');
        const added = headers.get('Access-Control-Allow-Origin') ?? '';
        const isAdded = added.includes(',') || (added && !headers.get('Access-Control-Expose-Headers'));
        return { seen, findings: isAdded ? [error('cors-duplicated', `Access-Control-Allow-Origin: ${added}`)] : [] };
    },
};

/** Measures how long a silent stream, a stream with events and a silent WebSocket last. */
const cut = {
    name: 'cut',
    async run(way) {
        const ms = way.watchMs;
        const silent = { events: 2, every: ms + 10_000 };
        const pace = Math.max(500, Math.ceil(ms / 150));
        const busy = { events: Math.floor((ms + 10_000) / pace), every: pace };
        const [still, lively, webSocket] = await Promise.all([lasts(way, silent, ms), lasts(way, busy, ms), socketLasts(way, silent, ms)]);
        const findings = [];
        const after = (key, ms) => ({ key, s: (ms / 1000).toFixed(1) });
        if (lively) findings.push({ code: 'total-cut', severity: 'WARNING', seen: after('cut-total', lively) });
        for (const each of [still, webSocket]) {
            if (each && (!lively || each < lively * 0.8)) findings.push(error('idle-cut', after('cut-idle', each)));
        }
        return { seen: findings.length > 0 ? '' : after('cut-none', ms), findings };
    },
};

/** Returns how long a stream lasted, in milliseconds; undefined if it lasted longer than the watch or did not begin. */
async function lasts(way, pace, ms) {
    const begin = performance.now();
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), ms);
    let hasBegun = false;
    try {
        const answer = await way.ask('stream', pace, { signal: over.signal });
        hasBegun = true;
        await read(answer, () => {});
    } catch {
        if (over.signal.aborted || !hasBegun) return undefined;
    } finally {
        clearTimeout(timer);
    }
    return performance.now() - begin;
}

async function socketLasts(way, pace, ms) {
    const begin = performance.now();
    let hasBegun = false;
    const code = await open(way, pace, ms, () => (hasBegun = true));
    return code === undefined || !hasBegun ? undefined : performance.now() - begin;
}

/** Counts the concurrent streams of this browser that reach the hub. Runs alone, because it may use up all connections. */
export const connections = {
    name: 'connections',
    async run(way) {
        const over = new AbortController();
        let begun = 0;
        const all = Array.from({ length: STREAMS }, async () => {
            await way.ask('stream', { events: 2, every: 60_000 }, { signal: over.signal });
            begun++;
        });
        await Promise.race([Promise.allSettled(all), later(Math.min(3_000, way.leftMs()))]);
        over.abort();
        await Promise.allSettled(all);
        const protocol = performance.getEntriesByType('resource').findLast((each) => each.name.includes('/doctor/echo'))?.nextHopProtocol;
        const seen = { key: 'connections', n: begun, of: STREAMS, protocol: protocol || '?' };
        if (begun === STREAMS) return { seen, findings: [] };
        return { seen, findings: [{ code: 'http1-only', severity: location.protocol === 'https:' ? 'WARNING' : 'NOTE', seen }] };
    },
};

/** Runs a probe. A failure of the probe is a finding, too. */
export async function outcome(probe, way) {
    try {
        return await probe.run(way);
    } catch (failed) {
        const isOfHub = failed instanceof Refused && [429, 503].includes(failed.problem.status) && failed.problem.type;
        return { seen: '', findings: [error(isOfHub ? 'hub-refuses' : 'probe-failed', `${probe.name}: ${failure(failed)}`)] };
    }
}

export const together = [stream('sse', events), stream('ndjson', lines), socket, upload, cache, preflight, cut];
