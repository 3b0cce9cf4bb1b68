// The events that arrive during a pause: kept up to a limit, and counted.

const WAITING_MAX = 5000;

export class Inbox {
    isPaused = false;
    #items;
    #waiting = [];
    #letGo = 0; // The number of dropped items.

    /** @param items the shown items */
    constructor(items) {
        this.#items = items;
    }

    /** Shows an item, or keeps it during a pause. Returns true if it is shown. */
    take(said) {
        if (!this.isPaused) {
            this.#items.add(said);
            return true;
        }
        this.#waiting.push(said);
        if (this.#waiting.length > WAITING_MAX) {
            this.#waiting.shift();
            this.#letGo++;
        }
        return false;
    }

    /** The number of waiting events. */
    get count() {
        return this.#waiting.filter(({ event }) => event).length + this.#letGo;
    }

    /** Pauses, or resumes with the waiting items. */
    toggle() {
        this.isPaused = !this.isPaused;
        if (this.isPaused) return;
        if (this.#letGo > 0) this.#items.add({ hole: this.#letGo });
        for (const said of this.#waiting) this.#items.add(said);
        this.#waiting = [];
        this.#letGo = 0;
    }
}
