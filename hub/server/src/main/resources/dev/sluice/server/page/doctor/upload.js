// Checks whether the body of a request arrives while it is sent.
import { HUB } from '../hub.js';
import { beside, delayed } from './baseline.js';
import { error, failure, json } from './way.js';

const LINES = 4;
const QUICK_MS = 250;
const SLOW_MS = 1_000;
const LINE = new TextEncoder().encode('a line of the doctor\n');

/** Returns true if this browser can stream a body. Some can, only over HTTP/2 (Fetch, half duplex). */
function streams() {
    let isAsked = false;
    const request = new Request(HUB, {
        method: 'POST',
        body: new ReadableStream(),
        get duplex() {
            isAsked = true;
            return 'half';
        },
    });
    return isAsked && !request.headers.has('Content-Type');
}

const isMultiplexed = () => ['h2', 'h3'].includes(performance.getEntriesByType('resource').findLast((each) => each.name.includes('/doctor/echo'))?.nextHopProtocol);

/** Returns a body whose lines are sent one after the other. */
function slowBody(everyMs) {
    let left = LINES;
    return new ReadableStream({
        async pull(body) {
            if (left < LINES) await new Promise((done) => setTimeout(done, everyMs));
            body.enqueue(LINE);
            if (--left === 0) body.close();
        },
    });
}

async function send(way, body) {
    const answer = await way.ask('upload', {}, { method: 'POST', body, duplex: 'half', headers: { 'Content-Type': 'text/plain' } });
    return json(answer);
}

/** Checks whether the lines of a slow upload arrive at the pace at which they were sent. */
async function slow(way, everyMs) {
    const { first, last, baseline } = await beside(way, () => send(way, slowBody(everyMs)));
    const took = everyMs * (LINES - 1);
    const seen = { key: 'upload-slow', took, ms: last - first };
    const isLate = (last - first) * 2 < took;
    const fault = { code: 'upload-buffered', severity: 'WARNING', seen };
    return { seen, findings: isLate ? [delayed(fault, took - (last - first), baseline)] : [] };
}

export const upload = {
    name: 'upload',
    sendsOrigin: true,
    async run(way) {
        try {
            const { bytes } = await send(way, LINE);
            if (!streams() || !isMultiplexed()) return { seen: { key: 'upload', bytes }, findings: [] };
        } catch (refused) {
            return { seen: '', findings: [error('upload-refused', failure(refused))] };
        }
        let result = await slow(way, QUICK_MS);
        if (result.findings.length > 0) result = await slow(way, SLOW_MS); // This machine may have been busy.
        return result;
    },
};
