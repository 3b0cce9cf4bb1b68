// The model of the hub's figures: the newest of each group of `$stats`, and the history that its events tell.

const HISTORY_MS = 15 * 60_000;
export const POINTS = 150;

export class Figures {
    #groups = new Map();

    /** Takes an event of `$stats`. */
    take({ type, time, data }) {
        const at = Date.parse(time);
        const events = this.#groups.get(type) ?? [];
        this.#groups.set(type, events);
        events.push({ at, data });
        // One before the beginning stays: it tells what was in force then.
        while (events.length > 1 && events[1].at < at - HISTORY_MS) events.shift();
    }

    /** The figures of a group as they are now; null: not known yet. */
    now(type) {
        return this.#groups.get(type)?.at(-1).data ?? null;
    }

    /** The newest figures of a group that have been measured, if they are not older than a minute. */
    measured(type, pick, now) {
        return this.#groups.get(type)?.findLast(({ at, data }) => pick(data) !== undefined && now - at < 60_000)?.data;
    }

    /**
     * The history of a figure in equal steps up to now. No event means no change, so a step without one repeats the step
     * before; steps before the first event are null.
     *
     * @param pick from the data of a group to the figure; undefined: it was not measured
     */
    series(type, pick, now) {
        const step = HISTORY_MS / POINTS;
        const begin = now - HISTORY_MS;
        const points = new Array(POINTS).fill(null);
        const maxima = new Array(POINTS).fill(null);
        for (const { at, data } of this.#groups.get(type) ?? []) {
            const i = Math.max(0, Math.min(POINTS - 1, Math.floor((at - begin) / step)));
            const value = pick(data) ?? null;
            points[i] = value; // The last of a step is in force after it.
            if (value !== null) maxima[i] = Math.max(maxima[i] ?? value, value);
        }
        for (let i = 1; i < POINTS; i++) points[i] ??= points[i - 1];
        return points.map((value, i) => maxima[i] ?? value);
    }

    /** The greatest sum of a figure over the history. */
    sum(type, pick) {
        return (this.#groups.get(type) ?? []).reduce((sum, { data }) => sum + (pick(data) ?? 0), 0);
    }
}
