// The lanes of the page, and the counts of each. A model without a page.
export const LANES = ['polling', 'long-polling', 'sse', 'sse-http2', 'fetch-lines', 'fetch-text', 'websocket'];
export const TONES = { polling: 'a', 'long-polling': 'b', sse: 'c', 'sse-http2': 'd', 'fetch-lines': 'e', 'fetch-text': 'f', websocket: 'g' };
const KEPT = 4000;

/** Returns the value at this quantile of the sorted values, or null if there are none. */
export function quantile(sorted, part) {
    return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] : null;
}

export class LaneCount {
    /** Incremented when counting restarts; totals of different turns can't be compared. */
    turn = 0;

    constructor() {
        this.clear();
    }

    clear() {
        this.turn++;
        this.latencies = []; // The newest latencies, in milliseconds.
        this.deliveries = 0;
        this.requests = 0;
        this.sent = 0; // Events that the browser published, if clients publish.
        this.arrived = 0; // How many of those arrived at the hub.
        this.upLatencies = [];
        this.measured = null; // The sorted latencies of a measurement.
        this.back = new Map(); // By client: when its first event after the mark arrived, in milliseconds.
        this.markMs = Infinity; // On the browser's clock; `markUs` is on the server's.
        this.markUs = Infinity;
        this.lost = 0;
        this.repeated = 0;
        this.opened = 0;
        this.losses = [];
        this.first = null; // The figures of the lane's connections when counting started.
        this.last = null;
    }

    /** Adds the report of a track. @param skewUs the server's clock minus the browser's */
    add({ arrivals, requests, sent, lost, repeated, opened, losses }, skewUs) {
        for (const [, time, us, client] of arrivals) {
            this.latencies.push((us + skewUs) / 1000);
            if (time >= this.markUs && !this.back.has(client)) this.back.set(client, (time + us) / 1000);
        }
        if (this.latencies.length > KEPT) this.latencies.splice(0, this.latencies.length - KEPT);
        this.sent += sent;
        this.deliveries += arrivals.length;
        this.requests += requests;
        this.lost += lost;
        this.repeated += repeated;
        this.opened += opened;
        this.losses.push(...losses.slice(-3));
        this.losses.splice(0, this.losses.length - 3);
    }

    /** Updates the counts of the lane's connections. @param skewUs as for `add` */
    figures(figures, skewUs) {
        this.first ??= figures;
        this.last = figures;
        this.arrived = figures.arrived - this.first.arrived;
        for (const us of figures.upwardUs) this.upLatencies.push((us - skewUs) / 1000);
        if (this.upLatencies.length > KEPT) this.upLatencies.splice(0, this.upLatencies.length - KEPT);
    }

    /**
     * Starts waiting for events that are published at or after this time.
     *
     * @param ms on the browser's clock @param skewUs as for `add`
     */
    mark(ms, skewUs) {
        this.back.clear();
        this.markMs = ms;
        this.markUs = ms * 1000 + skewUs;
    }

    /**
     * Returns how long half of the clients took to receive a new event after the mark, in seconds; null if
     * they have not yet.
     *
     * @param clients the number of clients that read
     */
    recovery(clients) {
        const back = [...this.back.values()].sort((a, b) => a - b);
        const median = back[Math.ceil(clients / 2) - 1];
        return median === undefined ? null : Math.max(0, median - this.markMs) / 1000;
    }

    /** Returns everything counted since `clear`. */
    totals() {
        const { turn, first, last, deliveries, arrived, requests, opened, lost, repeated } = this;
        return {
            turn,
            deliveries,
            arrived,
            events: deliveries + arrived,
            up: first ? last.up - first.up : 0,
            down: first ? last.down - first.down : 0,
            requests,
            open: last?.open ?? 0,
            lost: opened ? lost : null,
            repeated: opened ? repeated : null,
        };
    }

    /** Returns the results: latencies in milliseconds, bytes and requests per event. */
    sums() {
        const sorted = this.latencies.toSorted((a, b) => a - b);
        const { first, last, deliveries } = this;
        const events = deliveries + this.arrived;
        const per = (sum) => (events ? sum / events : null);
        return {
            p50: quantile(sorted, 0.5),
            p99: quantile(sorted, 0.99),
            up: first && per(last.up - first.up),
            down: first && per(last.down - first.down),
            requests: per(this.requests),
            open: last?.open ?? 0,
            connections: last ? last.connections - first.connections : 0,
            deliveries,
            upP50: quantile(this.upLatencies.toSorted((a, b) => a - b), 0.5),
            lost: this.lost,
            repeated: this.repeated,
        };
    }
}
