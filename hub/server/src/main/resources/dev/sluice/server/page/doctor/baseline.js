// Measures small requests, whose answers proxies do not hold back, beside a probe. A proxy that holds events back delays
// only the events; a busy machine, network or hub delays everything.
const PAUSE_MS = 200;
const FACTOR = 2; // A pause of everything may begin between two requests, which then measure only a part of it.

/** Returns the result of a probe, with the time of the slowest request beside it. */
export async function beside(way, probe) {
    const over = new AbortController();
    let slowest = 0;
    let due = performance.now();
    (async () => {
        while (!over.signal.aborted) {
            const request = way.ask('count.json', {}, { signal: AbortSignal.any([over.signal, way.limit()]) });
            await request.then((answer) => answer.text()).catch(() => {}); // The time of a failed request counts, too.
            const now = performance.now();
            slowest = Math.max(slowest, now - due);
            due = now + PAUSE_MS;
            await new Promise((done) => setTimeout(done, PAUSE_MS));
            if (document.hidden) due = performance.now(); // Timers of hidden tabs are late.
        }
    })();
    try {
        const result = await probe();
        return { ...result, baseline: Math.max(slowest, performance.now() - due) };
    } finally {
        over.abort();
    }
}

/** Returns the finding for a delay: the fault, or a note if everything was slow. */
export const delayed = (fault, delay, baseline) =>
    delay > FACTOR * baseline ? fault : { code: 'all-slow', severity: 'NOTE', seen: [fault.seen, { key: 'baseline', ms: Math.round(baseline) }] };
