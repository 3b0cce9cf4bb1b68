// Reads a selection continuously: reconnects after every failure at its cursor, and can change the transport.
import { BACKOFF } from './pace.js';
import { Refused } from './requests.js';
import { behind, transports } from './transports.js';

// The hub sends heartbeats every few seconds: a connection silent for this long is dead.
const SILENT_MS = 15_000;
const SPEAKS = new Set(['sse', 'websocket', 'ndjson']);

export class Subscription {
    #selection;
    #from;
    #cursor = null; // After the last received event.
    #told;
    #state;
    #transport;
    #line = new AbortController();
    #failures = 0;
    #retryMs = 0;
    #hasClosed = false;

    /**
     * @param selection path and query with the channels
     * @param from      parameters of the first connection: start and filters
     * @param told      called with each received item (see transports.js)
     * @param state     called with connecting, open, waiting { until, why } or ended { why }; `why` is an error or null
     */
    constructor(selection, from, told, state) {
        this.#selection = selection;
        this.#from = from;
        this.#told = told;
        this.#state = state;
    }

    /** The parameters of the next connection. */
    get #place() {
        return this.#cursor === null ? this.#from : behind(this.#from, this.#cursor);
    }

    /** Connects at once, on this or the current transport, and resumes at its cursor. */
    connect(transport = this.#transport) {
        this.#line.abort();
        this.#line = new AbortController();
        this.#transport = transport;
        this.#failures = 0;
        this.#run(this.#line);
    }

    /** Returns true if it was disconnected on purpose. */
    get isResting() {
        return this.#line.signal.aborted;
    }

    /** Disconnects, to connect again later. */
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
            // After the end of one channel, others may continue; if not, the hub reports the end at once.
            if (why || !this.#hasClosed) await this.#wait(why, line.signal);
        }
    }

    /** Reads until the connection ends; returns true if all channels have ended. */
    async #read(outer) {
        const silence = new AbortController();
        const signal = AbortSignal.any([outer, silence.signal]);
        let heard = Date.now();
        const watch = setInterval(() => {
            if (SPEAKS.has(this.#transport) && Date.now() - heard > SILENT_MS) silence.abort(new Error('silent'));
        }, 1000);
        try {
            for await (const some of transports[this.#transport](this.#selection, this.#place, signal)) {
                if (signal.aborted) throw signal.reason;
                heard = Date.now();
                for (const said of some) {
                    if (said.ended) return true;
                    if (said.failure) throw said.failure;
                    this.#take(said);
                }
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
        if (cursor) this.#cursor = cursor;
        this.#told(said);
    }

    /** Waits a random time, doubling its limit: the readers of a restarted hub must not all reconnect at once. */
    async #wait(why, signal) {
        const most = Math.min(BACKOFF.max, BACKOFF.first * 2 ** this.#failures++);
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
