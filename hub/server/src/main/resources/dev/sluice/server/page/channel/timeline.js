// Counts of events by time, in equal steps.

export const STEPS = 120;
const TYPES_MAX = 32;

const halved = (counts) => counts.map((_, i) => (counts[2 * i] ?? 0) + (counts[2 * i + 1] ?? 0));

export class Timeline {
    /**
     * @param span  in milliseconds, of all steps together
     * @param types the counts by type, which may lack some types
     */
    constructor(begin, span, counts, types = new Map()) {
        this.begin = begin;
        this.span = Math.max(1, span);
        this.counts = counts;
        this.types = types;
        this.counted = this.end; // All events up to this time are counted, in its last millisecond by the hub.
    }

    /** The timeline of a histogram from the hub. @param oldest the time back to which the hub has counted */
    static of({ since, until, counts, types = {} }, oldest = since) {
        const whole = new Timeline(Date.parse(since), Date.parse(until) - Date.parse(since), counts, new Map(Object.entries(types)));
        return whole.#part(whole.stepAt(Date.parse(oldest)), counts.length);
    }

    /** The timeline of events in log order; null if there are too few. */
    static ofEvents(events) {
        if (events.length < 2) return null;
        const begin = Date.parse(events[0].time);
        const timeline = new Timeline(begin, Math.max(1000, Date.parse(events.at(-1).time) - begin + 1), new Array(STEPS).fill(0));
        for (const { time, type } of events) timeline.#count(Date.parse(time), type);
        return timeline;
    }

    get end() {
        return this.begin + this.span;
    }

    /** A copy that ends at this time. A quiet time at its end is at most as long as the time before it. */
    upTo(now) {
        const filled = this.counts.findLastIndex((count) => count > 0) + 1;
        const grown = new Timeline(this.begin, this.span, this.counts, this.types);
        const end = Math.max(this.timeOf(filled), Math.min(now, this.timeOf(2 * filled)));
        grown.#grow(end);
        const steps = Math.min(grown.counts.length, Math.max(STEPS / 2, Math.ceil(((end - this.begin) / grown.span) * grown.counts.length)));
        return grown.#part(0, steps);
    }

    /** A copy with the steps from the first one to before the last one. */
    #part(first, last) {
        const begin = this.timeOf(first);
        const types = [...this.types].map(([type, counts]) => [type, counts.slice(first, last)]);
        return new Timeline(begin, this.timeOf(last) - begin, this.counts.slice(first, last), new Map(types));
    }

    /** The time at which a step begins. */
    timeOf(step) {
        return this.begin + (step / this.counts.length) * this.span;
    }

    /** The step of a time; an earlier or later time belongs to the first or last step. */
    stepAt(time) {
        const step = Math.floor(((time - this.begin) / this.span) * this.counts.length);
        return Math.max(0, Math.min(this.counts.length - 1, step));
    }

    /** Counts a newer event. */
    add(time, type) {
        if (time < this.counted) return;
        this.#grow(time + 1);
        this.#count(time, type);
    }

    #count(time, type) {
        const step = this.stepAt(time);
        this.counts[step]++;
        if (!this.types.has(type) && this.types.size < TYPES_MAX) this.types.set(type, new Array(this.counts.length).fill(0));
        const ofType = this.types.get(type);
        if (ofType) ofType[step]++;
    }

    /** Merges pairs of steps until the timeline reaches this time. */
    #grow(end) {
        while (end > this.end) {
            this.counts = halved(this.counts);
            this.types = new Map([...this.types].map(([type, counts]) => [type, halved(counts)]));
            this.span *= 2;
        }
    }
}

/** The types of a timeline, most frequent first. */
export function typesOf({ types }) {
    const sum = (counts) => counts.reduce((total, each) => total + each, 0);
    return [...types].map(([type, counts]) => [type, sum(counts)]).filter(([, n]) => n > 0).sort(([, one], [, other]) => other - one).map(([type]) => type);
}

/** The counts of a timeline, step by step in the form of `partsOf`. */
export function wholeParts(items, timeline) {
    const lost = new Set();
    let before = null;
    for (const { event, gap } of items) {
        if (event) before = event;
        else if (gap) lost.add(before === null ? 0 : timeline.stepAt(Date.parse(before.time)));
    }
    return timeline.counts.map((total, i) => ({ total, types: new Map([...timeline.types].map(([type, counts]) => [type, counts[i]])), isLost: lost.has(i) }));
}

/** The events of the list for each step of a timeline, counted by type; `isLost` marks a gap. */
export function partsOf(items, timeline) {
    const parts = timeline.counts.map(() => ({ total: 0, types: new Map(), isLost: false }));
    let place = 0;
    for (const { event, gap } of items) {
        if (gap) parts[place].isLost = true;
        if (!event) continue;
        place = timeline.stepAt(Date.parse(event.time));
        parts[place].total++;
        parts[place].types.set(event.type, (parts[place].types.get(event.type) ?? 0) + 1);
    }
    return parts;
}
