// A separate document for the clients of one lane, like a tab. Its Content-Security-Policy names the ports of
// the lab.
import { dataOf, publish, read } from './clients.js';

const REPORT_MS = 50;
const TIMER_MS_MIN = 4;
const SENDING_MAX = 50; // The maximum number of unanswered publishes; without a free connection they would pile up.
let stop = new AbortController();
let report = null;
let clients = []; // For each client the function with which it publishes.
let timer = 0;

/** The wall clock in microseconds. */
const now = () => (performance.timeOrigin + performance.now()) * 1000;

function fresh() {
    return { arrivals: [], requests: 0, sent: 0, lost: 0, repeated: 0, opened: 0, losses: [] };
}

/** Starts the clients of a lane: `{ lane, url, clients, first, channels, isReading, interval, send }`. */
function start({ lane, url, clients: count, first, channels, isReading, interval, send }) {
    stop.abort();
    stop = new AbortController();
    report = fresh();
    clients = Array.from({ length: count }, (_, i) => client(lane, url, first + i, channels, isReading, interval, stop.signal));
    sending(send);
}

/** Starts a client, and returns the function with which it publishes. */
function client(lane, url, number, channels, isReading, interval, signal) {
    let next = -1;
    let socket = null;
    const on = {
        request: () => report.requests++,
        open: () => report.opened++,
        lost: (why) => report.losses.push(why),
        socket: (open) => (socket = open),
        events(events) {
            const at = now();
            for (const [event, sent] of events) {
                const latency = (Math.round(at) - sent) | 0; // Modulo 2^32, like the time in an event.
                if (next >= 0 && event < next) report.repeated++;
                else {
                    if (next >= 0) report.lost += event - next;
                    next = event + 1;
                    report.arrivals.push([event, at - latency, latency, number]);
                }
            }
        },
    };
    if (isReading) read(lane, { url, channel: `lab/${number % channels}`, interval, signal, on });
    else report.opened++; // Nothing to open before the first publish.
    return (data) => publish(lane, url, socket, data, signal, on);
}

/** Publishes `rate` events per second, the clients taking turns; 0 stops publishing. */
function sending({ rate, size }) {
    clearInterval(timer);
    if (!rate) return;
    let due = performance.now();
    let number = 0;
    let waiting = 0;
    timer = setInterval(() => {
        for (; due <= performance.now(); due += 1000 / rate) {
            if (waiting >= SENDING_MAX) continue;
            waiting++;
            clients[number % clients.length](dataOf(number++, now(), size))
                .then((isSent) => (report.sent += isSent ? 1 : 0), (why) => report.losses.push(String(why.message ?? why)))
                .finally(() => waiting--);
        }
    }, Math.max(TIMER_MS_MIN, 1000 / rate));
}

addEventListener('message', ({ data: message, source }) => {
    if (source !== parent) return;
    if (message.start) start(message.start);
    else if (message.send) sending(message.send);
    else {
        stop.abort();
        clearInterval(timer);
    }
});

setInterval(() => {
    if (!report || !(report.arrivals.length || report.requests || report.sent || report.opened || report.losses.length)) return;
    parent.postMessage({ report }, location.origin);
    report = fresh();
}, REPORT_MS);
parent.postMessage({ ready: true }, location.origin);
