// Counts of events by time, in equal steps.

export const STEPS = 120;

export class Timeline {
    /** @param span in milliseconds, of all steps together */
    constructor(begin, span, counts) {
        this.begin = begin;
        this.span = Math.max(1, span);
        this.counts = counts;
        this.counted = this.end; // Up to here all events are counted: those of the last millisecond by the hub.
    }

    /** That of a histogram of the hub. */
    static of({ since, until, counts }) {
        return new Timeline(Date.parse(since), Date.parse(until) - Date.parse(since), counts);
    }

    /** That of some events, in log order; null: they are too few. */
    static ofEvents(events) {
        if (events.length < 2) return null;
        const begin = Date.parse(events[0].time);
        const timeline = new Timeline(begin, Math.max(1000, Date.parse(events.at(-1).time) - begin + 1), new Array(STEPS).fill(0));
        for (const { time } of events) timeline.counts[timeline.stepAt(Date.parse(time))]++;
        return timeline;
    }

    get end() {
        return this.begin + this.span;
    }

    /** The same up to this time, without room for the time to come. A quiet time is drawn as long as the one before it, at most. */
    upTo(now) {
        const filled = this.counts.findLastIndex((count) => count > 0) + 1;
        const grown = new Timeline(this.begin, this.span, this.counts);
        const end = Math.max(this.timeOf(filled), Math.min(now, this.timeOf(2 * filled)));
        grown.#grow(end);
        const steps = Math.min(grown.counts.length, Math.max(STEPS / 2, Math.ceil(((end - this.begin) / grown.span) * grown.counts.length)));
        return new Timeline(this.begin, (grown.span / grown.counts.length) * steps, grown.counts.slice(0, steps));
    }

    /** The time at which a step begins. */
    timeOf(step) {
        return this.begin + (step / this.counts.length) * this.span;
    }

    /** The step of a time; those before and after all steps are in the first and the last. */
    stepAt(time) {
        const step = Math.floor(((time - this.begin) / this.span) * this.counts.length);
        return Math.max(0, Math.min(this.counts.length - 1, step));
    }

    /** Counts an event that has come since. */
    add(time) {
        if (time < this.counted) return;
        this.#grow(time + 1);
        this.counts[this.stepAt(time)]++;
    }

    /** Each two steps become one until there is room up to this time. */
    #grow(end) {
        while (end > this.end) {
            this.counts = this.counts.map((_, i) => (this.counts[2 * i] ?? 0) + (this.counts[2 * i + 1] ?? 0));
            this.span *= 2;
        }
    }
}

/** For each step of a timeline the events in the list by type, and whether some are lost there. */
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
