// The time under the pointer in one chart, which all charts of a page show.

export class Crosshair {
    #at = null;
    #listeners = [];

    /** The step under the pointer; null if there is none. */
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

/** The step after a key press in a chart; undefined if the chart does not use the key. */
export function stepped(key, at, count) {
    const last = count - 1;
    const to = { ArrowLeft: (at ?? last) - 1, ArrowRight: (at ?? last) + 1, PageUp: (at ?? last) - 10, PageDown: (at ?? last) + 10, Home: 0, End: last }[key];
    return to === undefined ? undefined : Math.max(0, Math.min(last, to));
}
