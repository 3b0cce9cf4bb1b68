// A document of its own for the clients of one lane, as a tab would be: its policy names the ports of the lab.
import { read } from './clients.js';

const REPORT_MS = 50;
let stop = new AbortController();
let report = null;

/** Microseconds of the wall clock. */
const now = () => (performance.timeOrigin + performance.now()) * 1000;

function fresh() {
    return { arrivals: [], requests: 0, lost: 0, repeated: 0, opened: 0, losses: [] };
}

/** Starts the clients of a lane: `{ lane, url, clients, interval }`. */
function start({ lane, url, clients, interval }) {
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    report = fresh();
    for (let i = 0; i < clients; i++) {
        let next = -1;
        read(lane, {
            url,
            interval,
            signal,
            on: {
                request: () => report.requests++,
                open: () => report.opened++,
                lost: (why) => report.losses.push(why),
                events(events) {
                    const at = now();
                    for (const [number, time] of events) {
                        if (next >= 0 && number < next) report.repeated++;
                        else {
                            if (next >= 0) report.lost += number - next;
                            next = number + 1;
                            report.arrivals.push([number, time, at - time, i]);
                        }
                    }
                },
            },
        });
    }
}

addEventListener('message', ({ data, source }) => {
    if (source !== parent) return;
    if (data.start) start(data.start);
    else stop.abort();
});

setInterval(() => {
    if (!report || !(report.arrivals.length || report.requests || report.opened || report.losses.length)) return;
    parent.postMessage({ report }, location.origin);
    report = fresh();
}, REPORT_MS);
parent.postMessage({ ready: true }, location.origin);
