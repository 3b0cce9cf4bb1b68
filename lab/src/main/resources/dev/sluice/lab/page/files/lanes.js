// The lanes of the page, and what each has counted. A model without a page.
export const LANES = ['polling', 'long-polling', 'sse', 'sse-http2', 'fetch-lines', 'fetch-text', 'websocket'];
export const TONES = { polling: 'a', 'long-polling': 'b', sse: 'c', 'sse-http2': 'd', 'fetch-lines': 'e', 'fetch-text': 'f', websocket: 'g' };
const KEPT = 4000;

/** The value below which this part of the sorted values lies; null: there are none. */
export function quantile(sorted, part) {
    return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] : null;
}

export class LaneCount {
    constructor() {
        this.clear();
    }

    clear() {
        this.latencies = []; // The newest, in milliseconds.
        this.deliveries = 0;
        this.requests = 0;
        this.lost = 0;
        this.repeated = 0;
        this.opened = 0;
        this.losses = [];
        this.first = null; // Figures of the line when counting began.
        this.last = null;
    }

    /** Adds what a track reports. @param skewUs the server's clock less the browser's */
    add({ arrivals, requests, lost, repeated, opened, losses }, skewUs) {
        for (const [, , us] of arrivals) this.latencies.push((us + skewUs) / 1000);
        if (this.latencies.length > KEPT) this.latencies.splice(0, this.latencies.length - KEPT);
        this.deliveries += arrivals.length;
        this.requests += requests;
        this.lost += lost;
        this.repeated += repeated;
        this.opened += opened;
        this.losses.push(...losses.slice(-3));
        this.losses.splice(0, this.losses.length - 3);
    }

    /** Takes what the line has counted. */
    figures(figures) {
        this.first ??= figures;
        this.last = figures;
    }

    /** The results: latencies in milliseconds, bytes and requests per event. */
    sums() {
        const sorted = this.latencies.toSorted((a, b) => a - b);
        const { first, last, deliveries } = this;
        const per = (sum) => (deliveries ? sum / deliveries : null);
        return {
            p50: quantile(sorted, 0.5),
            p99: quantile(sorted, 0.99),
            up: first && per(last.up - first.up),
            down: first && per(last.down - first.down),
            requests: per(this.requests),
            open: last?.open ?? 0,
            connections: last ? last.connections - first.connections : 0,
            deliveries,
            lost: this.lost,
            repeated: this.repeated,
        };
    }
}
