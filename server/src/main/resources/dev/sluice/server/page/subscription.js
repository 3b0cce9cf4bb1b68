// Keeps reading a selection: comes back after every break, at the cursor where it was, and on another transport when told.
import { Refused, behind, transports } from './transports.js';

const WAIT_MS_MAX = 30_000;

// Where the hub says something every few seconds, a line without a word for so long is dead.
const SILENT_MS = 15_000;
const SPEAKS = new Set(['sse', 'websocket', 'ndjson']);

export class Subscription {
    #selection;
    #from;
    #told;
    #state;
    #transport;
    #line = new AbortController();
    #failures = 0;
    #retryMs = 0;
    #hasClosed = false;

    /**
     * @param selection path and query that name the channels
     * @param from      parameters of the first connection: where to begin, filters
     * @param told      called with what the hub says, see transports.js
     * @param state     called with connecting, open, waiting { until, why } or ended { why }; `why` is an error or null
     */
    constructor(selection, from, told, state) {
        this.#selection = selection;
        this.#from = from;
        this.#told = told;
        this.#state = state;
    }

    /** Parameters that name the place where it is. */
    get place() {
        return this.#from;
    }

    /** Connects at once, on this transport or the one it has, and goes on where it was. */
    connect(transport = this.#transport) {
        this.#line.abort();
        this.#line = new AbortController();
        this.#transport = transport;
        this.#failures = 0;
        this.#run(this.#line);
    }

    /** Whether it was told to hang up. */
    get isResting() {
        return this.#line.signal.aborted;
    }

    /** Hangs up, to connect again some time. */
    rest() {
        this.#line.abort();
    }

    async #run(line) {
        while (!line.signal.aborted) {
            this.#state('connecting');
            let why;
            try {
                if (await this.#read(line.signal)) return this.#state('ended', { why: null });
            } catch (error) {
                why = error;
            }
            if (line.signal.aborted) return;
            if (why instanceof Refused && why.retryMs === undefined) return this.#state('ended', { why });
            // Behind the end of a channel there may be more of others; if not, the hub says so at once.
            if (why || !this.#hasClosed) await this.#wait(why, line.signal);
        }
    }

    /** Reads until the line ends; true if all channels have. */
    async #read(outer) {
        const silence = new AbortController();
        const signal = AbortSignal.any([outer, silence.signal]);
        let heard = Date.now();
        const watch = setInterval(() => {
            if (SPEAKS.has(this.#transport) && Date.now() - heard > SILENT_MS) silence.abort(new Error('silent'));
        }, 1000);
        try {
            for await (const said of transports[this.#transport](this.#selection, this.#from, signal)) {
                if (signal.aborted) throw signal.reason;
                heard = Date.now();
                if (said.ended) return true;
                this.#take(said);
            }
        } finally {
            clearInterval(watch);
        }
        return false;
    }

    #take(said) {
        const { open, event, gap, closed, heartbeat, retry } = said;
        if (open) this.#state('open');
        if (event || heartbeat || closed) this.#failures = 0;
        if (!said.cursor) this.#hasClosed = closed !== undefined;
        if (retry) this.#retryMs = retry;
        const cursor = said.cursor ?? (event && (event.cursor ?? event.id)) ?? gap?.resume ?? (closed ?? heartbeat)?.cursor;
        if (cursor) this.#from = behind(this.#from, cursor);
        this.#told(said);
    }

    /** Waits a random time up to twice the last: readers of a hub that restarts must not all come back at once. */
    async #wait(why, signal) {
        const most = Math.min(WAIT_MS_MAX, 1000 * 2 ** this.#failures++);
        const ms = Math.max(why?.retryMs ?? this.#retryMs, Math.random() * most);
        this.#state('waiting', { until: Date.now() + ms, why });
        await new Promise((resolve) => {
            const timer = setTimeout(resolve, ms);
            signal.addEventListener('abort', () => {
                clearTimeout(timer);
                resolve();
            });
        });
    }
}
