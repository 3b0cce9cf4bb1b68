// Counts the numbers that a reader received, lost and received twice.
import { put } from '../../page/program.js';

export class Lane {
    counts = { received: 0, lost: 0, repeated: 0 };
    #element;
    #changed;
    #newest = null;

    /** @param changed called after each number */
    constructor(element, changed) {
        this.#element = element;
        this.#changed = changed;
        this.state('connecting');
        this.#show();
    }

    number(n) {
        this.counts.received++;
        if (this.#newest !== null) {
            if (n <= this.#newest) this.counts.repeated++;
            else this.counts.lost += n - this.#newest - 1;
        }
        this.#newest = Math.max(n, this.#newest ?? n);
        this.#show();
    }

    state(name) {
        const state = this.#element.querySelector('.lane-state');
        if (state.dataset.state === name) return;
        state.dataset.state = name;
        put(state, `stage.hand.${name}`);
    }

    /** Draws the bar. @param parts as returned by `bars` */
    bar({ has, lost }) {
        this.#element.querySelector('.has').style.width = `${has}%`;
        this.#element.querySelector('.gone').style.width = `${lost}%`;
    }

    #show() {
        for (const [name, count] of Object.entries(this.counts)) {
            this.#element.querySelector(`.${name}`).textContent = count;
        }
        this.#element.dataset.lost = String(this.counts.lost > 0);
        this.#changed();
    }
}
