// The way from this browser to the hub, as the probes of one run use it.
import { HUB } from '../hub.js';
import { Refused, ask } from '../requests.js';

export const TIME_MS_MAX = 8_000;
const encoder = new TextEncoder();

export class Way {
    constructor() {
        this.run = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, '0')).join('');
    }

    /** The address of something below `doctor/`. */
    url(path, parameters = {}) {
        const url = new URL(`doctor/${path}`, HUB);
        url.searchParams.set('run', this.run);
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
        return url;
    }

    ask(path, parameters, options) {
        return ask(this.url(path, parameters), { signal: AbortSignal.timeout(TIME_MS_MAX), ...options });
    }

    /** The value that the hub compares a header with. A page without TLS has no digests; on loopback it has. */
    async digest(value) {
        const bytes = await crypto.subtle.digest('SHA-256', encoder.encode(`${this.run}\n${value}`));
        return [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, '0')).join('');
    }
}

/** When the hub wrote this event; undefined: it is none. */
export const stamped = (text) => Number(/\{"n":\d+,"time":(\d+)\}/.exec(text)?.[1]) || undefined;

/** How much longer one event took than the quickest one, in milliseconds. The difference of the clocks is in all. */
export const held = (delays) => Math.max(...delays) - Math.min(...delays);

/** A failure in words. */
export const failure = (error) => (error instanceof Refused ? `${error.problem.status ?? ''} ${error.message || error.problem.title || ''}`.trim() : error.message);
