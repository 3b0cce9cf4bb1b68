// The model of the hub's figures: the newest of each group of `$stats`, and the history from its events.

const HISTORY_MS = 15 * 60_000;
export const POINTS = 150;
// The history of a young hub fills the charts, too.
const SPANS_MS = [60_000, 3 * 60_000, 5 * 60_000, HISTORY_MS];

// The limits that are normally full: the oldest events then give way.
export const USUALLY_FULL = ['eventBytes', 'tailBytes'];

export class Figures {
    #groups = new Map();
    #knownMs = Infinity;

    /** Adds an event of `$stats`. */
    take({ type, time, data }) {
        const at = Date.parse(time);
        const events = this.#groups.get(type) ?? [];
        this.#groups.set(type, events);
        // A page that was hidden reads the history again.
        if (events.length > 0 && events.at(-1).data !== null && at <= events.at(-1).at) return;
        events.push({ at, data });
        // One event before the beginning stays: its values still applied at the beginning.
        while (events.length > 1 && events[1].at < at - HISTORY_MS) events.shift();
    }

    /** Sets the time up to which the figures are known: no event means no change only while the page is connected. */
    know(untilMs) {
        this.#knownMs = untilMs;
    }

    /** Marks a gap before the next events: the hub has restarted, or the page was asleep for long. */
    lose() {
        for (const events of this.#groups.values()) {
            if (events.at(-1).data !== null) events.push({ at: events.at(-1).at + 1000, data: null });
        }
    }

    get isEmpty() {
        return this.#groups.size === 0;
    }

    /** The current figures of a group; null if not known yet. */
    now(type) {
        return this.#groups.get(type)?.findLast(({ data }) => data !== null)?.data ?? null;
    }

    /** The newest measured figures of a group, if they are at most a minute old. */
    measured(type, pick, now) {
        return this.#groups.get(type)?.findLast(({ at, data }) => data && pick(data) !== undefined && now - at < 60_000)?.data;
    }

    /** The names of the figures that a group has had. */
    names(type) {
        return [...new Set((this.#groups.get(type) ?? []).flatMap(({ data }) => Object.keys(data ?? {})))];
    }

    /** The time that all series span: the shortest one that covers all known events. */
    spanMs(now) {
        const begin = Math.min(...[...this.#groups.values()].map(([first]) => first.at));
        return SPANS_MS.find((span) => now - begin <= span) ?? HISTORY_MS;
    }

    /** The times at which the steps of all series begin; the last one is the current step. */
    times(now) {
        const step = this.spanMs(now) / POINTS;
        const last = Math.floor(now / step) * step;
        return Array.from({ length: POINTS }, (_, i) => last - (POINTS - 1 - i) * step);
    }

    /**
     * The history of a figure: its maximum in each step. No event means no change, so a step without one repeats
     * the end of the previous step. Null: unknown, or not measured.
     *
     * @param pick returns the figure from the data of a group; undefined if it was not measured
     */
    series(type, pick, now) {
        const times = this.times(now);
        const step = times[1] - times[0];
        const last = new Array(POINTS);
        const greatest = new Array(POINTS);
        for (const { at, data } of this.#groups.get(type) ?? []) {
            const i = Math.max(0, Math.min(POINTS - 1, Math.floor((at - times[0]) / step)));
            const value = (data && pick(data)) ?? null;
            last[i] = value;
            if (value !== null) greatest[i] = Math.max(greatest[i] ?? value, value);
        }
        let before = null;
        return times.map((time, i) => {
            if (time > this.#knownMs) return null;
            if (last[i] !== undefined) before = last[i];
            return greatest[i] ?? before;
        });
    }

    /** The sum of a figure over the history. */
    sum(type, pick) {
        return (this.#groups.get(type) ?? []).reduce((sum, { data }) => sum + ((data && pick(data)) ?? 0), 0);
    }
}
