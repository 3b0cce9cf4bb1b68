// The access to the hub for the probes of one run.
import { HUB } from '../hub.js';
import { Refused, ask } from '../requests.js';

const TIME_MS_MAX = 6_000; // For one request.
const PATIENCE_MS = 8_000; // For everything except the watch: the run ends then, whatever answers.
const encoder = new TextEncoder();

export class Way {
    /** @param {number} watchMs how long this run watches connections for cuts */
    constructor(watchMs) {
        this.watchMs = watchMs;
        this.end = performance.now() + watchMs + PATIENCE_MS;
        this.run = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, '0')).join('');
    }

    /** Returns the address of a path below `doctor/`. */
    url(path, parameters = {}) {
        const url = new URL(`doctor/${path}`, HUB);
        url.searchParams.set('run', this.run);
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
        return url;
    }

    /** Returns the remaining time of the run. */
    leftMs() {
        return Math.max(0, this.end - performance.now());
    }

    /** Returns a signal that aborts a request after this time, at the latest when the run ends. */
    limit(ms = TIME_MS_MAX) {
        return AbortSignal.timeout(Math.ceil(Math.min(ms, this.leftMs())));
    }

    /** Sends a request. It follows no redirection, because the hub has none here. */
    ask(path, parameters, options) {
        return ask(this.url(path, parameters), { signal: this.limit(), redirect: 'manual', ...options });
    }

    /** Returns the digest with which the hub compares a header. Without TLS, browsers offer digests only on loopback. */
    async digest(value) {
        const bytes = await crypto.subtle.digest('SHA-256', encoder.encode(`${this.run}\n${value}`));
        return [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, '0')).join('');
    }
}

export const error = (code, seen) => ({ code, severity: 'ERROR', seen });

/** Returns the time at which the hub wrote this event; undefined if the text is no event. */
export const stamped = (text) => Number(/\{"n":\d+,"time":(\d+)\}/.exec(text)?.[1]) || undefined;

/** Returns by how much the slowest event took longer than the fastest, in milliseconds. All delays include the difference of the clocks. */
export const held = (delays) => (delays.length === 0 ? 0 : Math.max(...delays) - Math.min(...delays));

/** Returns the error for an answer that is not the hub's. */
export const foreign = (answer) => new Refused({ status: answer.status });

/** Parses the hub's answer as JSON. */
export async function json(answer) {
    try {
        return await answer.json();
    } catch (failed) {
        throw failed instanceof SyntaxError ? foreign(answer) : failed;
    }
}

/** Returns a failure in words. */
export const failure = (error) => (error instanceof Refused ? `${error.problem.status || '3xx'} ${error.message || error.problem.title || ''}`.trim() : error.message);
