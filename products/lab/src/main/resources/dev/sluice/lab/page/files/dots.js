// The dots of a lane: events that are in flight, and events that have just arrived. A model without a page.
const SHOWN_MS = 1500;
const FADE_MS = 1200;
const DOTS_MAX = 400;
const WAITING_MS_MAX = 60_000;

/** Returns the place of a latency on the strip. The first ten milliseconds take a third of it, because most lanes are there. */
export function place(ms) {
    const all = Math.log10(1 + SHOWN_MS);
    return Math.min(1, Math.log10(1 + Math.max(0, ms)) / all);
}

export class Dots {
    waiting = new Map(); // By number: when the event was published, in milliseconds.
    landed = []; // Pairs of place and time.
    kept = null; // The places where the events of a measurement arrived; they do not fade.

    /** Adds an event that another lane has received, so that it must be in flight here. */
    published(number, ms) {
        if (this.waiting.size < DOTS_MAX) this.waiting.set(number, ms);
    }

    /** Events of a channel arrive in order, so an event with a lower number was published while the lane was disconnected. */
    arrived(number, latency, ms) {
        for (const each of this.waiting.keys()) if (each <= number) this.waiting.delete(each);
        this.landed.push([place(latency), ms]);
        if (this.landed.length > DOTS_MAX) this.landed.shift();
    }

    clear() {
        this.waiting.clear();
        this.landed.length = 0;
        this.kept = null;
    }

    /** Shows the events of a measurement from now on. @param latencies in milliseconds */
    keep(latencies) {
        this.kept = latencies.map(place);
    }

    /** Removes what is no longer shown. */
    forget(ms) {
        while (this.landed.length && ms - this.landed[0][1] > FADE_MS) this.landed.shift();
        for (const [number, at] of this.waiting) if (ms - at > WAITING_MS_MAX) this.waiting.delete(number);
    }

    /** Returns the opacity of a dot that landed at that time, from 0 to 1. */
    rest(at, ms) {
        return Math.max(0, 1 - (ms - at) / FADE_MS);
    }

    /** Counts the arrived events in each of `parts` equal parts of the strip. */
    histogram(parts) {
        const counts = new Array(parts).fill(0);
        for (const part of this.kept ?? this.landed.map(([part]) => part)) counts[Math.min(parts - 1, Math.floor(part * parts))]++;
        return counts;
    }
}
