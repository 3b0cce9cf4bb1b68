// The lab of this page: a separate hub with a counting proxy for each lane. It ends with the stream that opened it.
import { LANES, LaneCount } from './lanes.js';

const CLOCK_TRIES = 8;
const LEAVING_MS_MAX = 15_000;
const AGAIN_MS = 500;

export class Session {
    #source = null;
    #id = '';
    #urls = {};
    #frames = new Map(); // By lane: the documents in which its clients run.
    #sends = new Map(); // By lane: the rate and the size of the events that its clients publish.
    #turn = 0; // Counts closings: an attempt to open that was closed in the meantime is not repeated.
    #closedMs = -Infinity;
    #box;
    #on;
    counts = Object.fromEntries(LANES.map((lane) => [lane, new LaneCount()]));
    authority = null;
    figures = null;
    skewUs = 0;

    /** @param box the element for the frames @param on `figures()`, `report(lane, report)`, `ended({ why })` */
    constructor(box, on) {
        this.#box = box;
        this.#on = on;
    }

    get isOpen() {
        return this.#id !== '';
    }

    lanes() {
        return LANES.filter((lane) => this.#urls[lane]);
    }

    url(lane) {
        return this.#urls[lane];
    }

    /** Resolves when the hub runs; rejects with `{ why, use }`: `busy` (with the current user), `host`, `failed`, `refused`, … */
    async open() {
        const turn = this.#turn;
        while (true) {
            try {
                return await this.#connect();
            } catch (end) {
                // The hub of this page's previous run may still be ending.
                const isLeaving = end.why === 'busy' && performance.now() - this.#closedMs < LEAVING_MS_MAX;
                if (!isLeaving || turn !== this.#turn) throw end;
                await new Promise((done) => setTimeout(done, AGAIN_MS));
            }
        }
    }

    #connect() {
        return new Promise((opened, refused) => {
            const source = new EventSource('open');
            this.#source = source;
            const end = (why) => {
                refused(why);
                if (this.#source === source) this.close(why);
            };
            source.addEventListener('lab', async ({ data }) => {
                const { id, lanes, authority } = JSON.parse(data);
                this.#id = id;
                this.#urls = lanes;
                this.authority = authority;
                opened();
            });
            source.addEventListener('figures', ({ data }) => this.#count(JSON.parse(data)));
            for (const why of ['busy', 'over', 'broken', 'host', 'failed']) source.addEventListener(why, ({ data }) => end({ why, use: data && JSON.parse(data) }));
            source.onerror = () => end({ why: this.isOpen ? 'broken' : 'refused' });
        });
    }

    #count(figures) {
        this.figures = figures;
        for (const [lane, each] of Object.entries(figures.lanes)) this.counts[lane].figures(each, this.skewUs);
        this.#on.figures();
    }

    /** Resolves with the next figures. */
    next() {
        const before = this.figures;
        return new Promise((found) => {
            const look = () => (this.figures !== before || !this.isOpen ? found(this.figures) : setTimeout(look, 20));
            look();
        });
    }

    set(rate, size, channels = 1) {
        return this.#post(`set/${this.#id}?rate=${rate}&size=${size}&channels=${channels}`);
    }

    /** Makes the clients of a lane publish at this total rate of events per second. */
    send(lane, rate, size) {
        this.#sends.set(lane, { rate, size });
        for (const { frame } of this.#frames.get(lane) ?? []) frame.contentWindow.postMessage({ send: this.#share(lane) }, location.origin);
    }

    /** Returns the share of a lane's publishes for each of its documents. */
    #share(lane) {
        const { rate, size } = this.#sends.get(lane) ?? { rate: 0, size: 0 };
        return { rate: rate / this.#frames.get(lane).length, size };
    }

    /**
     * Returns the figures that a browser can't report, measured with clients on the server; null if they
     * could not be measured.
     */
    async footprint(lane, size) {
        const answer = await this.#post(`footprint/${this.#id}/${lane}?size=${size}`);
        return answer?.ok ? answer.json() : null;
    }

    /** Returns the hub's open streams by transport. */
    async streams() {
        const answer = await fetch(`streams/${this.#id}`, { cache: 'no-store' });
        return answer.ok ? answer.json() : {};
    }

    /** Drives the hub over all lanes, because a JVM that has just started runs all code slowly. */
    warm() {
        return this.#post(`warm/${this.#id}`);
    }

    trouble(lane, kind) {
        return this.#post(`line/${this.#id}/${lane}/${kind}`);
    }

    async #post(path) {
        return this.isOpen ? fetch(path, { method: 'POST' }) : null;
    }

    /** Opens further documents with clients of a lane, each document like a tab: `{ clients, interval, channels, direction }`. */
    start(lane, { clients, interval = 1000, channels = 1, direction = 'down' }, documents = 1) {
        // A client that only publishes needs no stream, unless it publishes on the connection of the stream.
        const isReading = direction !== 'up' || lane === 'websocket';
        const before = this.#frames.get(lane)?.length ?? 0;
        for (let i = before; i < before + documents; i++) {
            const frame = document.createElement('iframe');
            frame.src = `track/${this.#id}`;
            frame.title = lane;
            const listen = ({ source, data, origin }) => {
                if (source !== frame.contentWindow || origin !== location.origin) return;
                if (data.ready) frame.contentWindow.postMessage({ start: { lane, url: this.#urls[lane], clients, first: i * clients, channels, isReading, interval, send: this.#share(lane) } }, location.origin);
                if (data.report) {
                    this.counts[lane].add(data.report, this.skewUs);
                    this.#on.report(lane, data.report);
                }
            };
            addEventListener('message', listen);
            this.#frames.set(lane, [...(this.#frames.get(lane) ?? []), { frame, listen }]);
            this.#box.append(frame);
        }
    }

    stop(lane) {
        for (const { frame, listen } of this.#frames.get(lane) ?? []) {
            removeEventListener('message', listen);
            frame.remove();
        }
        this.#frames.delete(lane);
    }

    /** Compares the clocks with several requests; the fastest response has the smallest error. */
    async clock() {
        let best = Infinity;
        for (let i = 0; i < CLOCK_TRIES; i++) {
            const sent = performance.timeOrigin + performance.now();
            const server = Number(await (await fetch('clock', { cache: 'no-store' })).text());
            const took = performance.timeOrigin + performance.now() - sent;
            if (took >= best) continue;
            best = took;
            const skewMs = server - sent - took / 2;
            this.skewUs = Math.abs(skewMs) > took / 2 ? skewMs * 1000 : 0; // A difference within the error counts as no difference.
        }
    }

    close(end = { why: 'stopped' }) {
        this.#source?.close();
        this.#source = null;
        const wasOpen = this.isOpen;
        if (wasOpen) this.#closedMs = performance.now();
        if (end.why !== 'busy') this.#turn++;
        this.#id = '';
        this.#sends.clear();
        for (const lane of LANES) this.stop(lane);
        if (wasOpen) this.#on.ended(end);
    }
}
