// The moment that is pointed at in one chart, which all charts of a page show.

export class Crosshair {
    #at = null;
    #listeners = [];

    /** The step of the series; null: nothing is pointed at. */
    get at() {
        return this.#at;
    }

    /** @param at a step, or null */
    move(at) {
        if (at === this.#at) return;
        this.#at = at;
        for (const listener of this.#listeners) listener(at);
    }

    /** @param listener called after each move with the step */
    follow(listener) {
        this.#listeners.push(listener);
    }
}

/** The step after a key was pressed in a chart; undefined: the key has no meaning there. */
export function stepped(key, at, count) {
    const last = count - 1;
    const to = { ArrowLeft: (at ?? last) - 1, ArrowRight: (at ?? last) + 1, PageUp: (at ?? last) - 10, PageDown: (at ?? last) + 10, Home: 0, End: last }[key];
    return to === undefined ? undefined : Math.max(0, Math.min(last, to));
}
