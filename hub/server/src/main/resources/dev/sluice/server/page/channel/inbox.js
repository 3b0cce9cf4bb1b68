// The events that arrive during a pause: kept up to a limit, and counted.
import { CHARACTERS_MAX, sizeOf } from './items.js';

const WAITING_MAX = 5000;

export class Inbox {
    isPaused = false;
    #items;
    #waiting = [];
    #characters = 0;
    #letGo = 0; // The number of dropped items.
    #forgets = false; // The raw text of the list will be received again.

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
        this.#characters += sizeOf(said);
        while (this.#waiting.length > WAITING_MAX || (this.#characters > CHARACTERS_MAX && this.#waiting.length > 1)) {
            this.#characters -= sizeOf(this.#waiting.shift());
            this.#letGo++;
        }
        return false;
    }

    /** Removes raw text, whose data will be received again from its beginning; from the list once that is shown. */
    forgetText() {
        if (!this.isPaused) return this.#items.forgetText();
        this.#forgets = true;
        for (const { text } of this.#waiting) this.#characters -= text?.length ?? 0;
        this.#waiting = this.#waiting.filter(({ text }) => text === undefined);
    }

    /** The number of waiting events. */
    get count() {
        return this.#waiting.filter(({ event }) => event).length + this.#letGo;
    }

    /** Pauses, or resumes with the waiting items. */
    toggle() {
        this.isPaused = !this.isPaused;
        if (this.isPaused) return;
        if (this.#forgets) this.#items.forgetText();
        if (this.#letGo > 0) this.#items.add({ hole: this.#letGo });
        for (const said of this.#waiting) this.#items.add(said);
        this.#waiting = [];
        this.#characters = this.#letGo = 0;
        this.#forgets = false;
    }
}
