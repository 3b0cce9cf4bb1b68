// The way from this browser to the hub, as the probes of one run use it.
import { HUB } from '../hub.js';
import { Refused, ask } from '../requests.js';

const TIME_MS_MAX = 6_000; // For one request.
const PATIENCE_MS = 8_000; // For all but the watch: whatever answers, a run is over then.
const encoder = new TextEncoder();

export class Way {
    /** @param {number} watchMs how long this run watches connections for cuts */
    constructor(watchMs) {
        this.watchMs = watchMs;
        this.end = performance.now() + watchMs + PATIENCE_MS;
        this.run = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, '0')).join('');
    }

    /** The address of something below `doctor/`. */
    url(path, parameters = {}) {
        const url = new URL(`doctor/${path}`, HUB);
        url.searchParams.set('run', this.run);
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
        return url;
    }

    /** The time that is left of the run. */
    leftMs() {
        return Math.max(0, this.end - performance.now());
    }

    /** Aborts a request when it takes too long, as the run would. */
    limit(ms = TIME_MS_MAX) {
        return AbortSignal.timeout(Math.ceil(Math.min(ms, this.leftMs())));
    }

    /** A redirection is not followed: the hub has none here. */
    ask(path, parameters, options) {
        return ask(this.url(path, parameters), { signal: this.limit(), redirect: 'manual', ...options });
    }

    /** The value that the hub compares a header with. A page without TLS has no digests; on loopback it has. */
    async digest(value) {
        const bytes = await crypto.subtle.digest('SHA-256', encoder.encode(`${this.run}\n${value}`));
        return [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, '0')).join('');
    }
}

export const error = (code, seen) => ({ code, severity: 'ERROR', seen });

/** When the hub wrote this event; undefined: it is none. */
export const stamped = (text) => Number(/\{"n":\d+,"time":(\d+)\}/.exec(text)?.[1]) || undefined;

/** How much longer one event took than the quickest one, in milliseconds. The difference of the clocks is in all. */
export const held = (delays) => (delays.length === 0 ? 0 : Math.max(...delays) - Math.min(...delays));

/** Something else than the hub answered. */
export const foreign = (answer) => new Refused({ status: answer.status });

/** The hub's answer as JSON. */
export async function json(answer) {
    try {
        return await answer.json();
    } catch (failed) {
        throw failed instanceof SyntaxError ? foreign(answer) : failed;
    }
}

/** A failure in words. */
export const failure = (error) => (error instanceof Refused ? `${error.problem.status || '3xx'} ${error.message || error.problem.title || ''}`.trim() : error.message);
