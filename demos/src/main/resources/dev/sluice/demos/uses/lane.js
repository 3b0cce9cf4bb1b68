// Counts the numbers that a reader received, lost and received twice.
import { put } from '../../page/program.js';

export class Lane {
    #element;
    #newest = null;
    #counts = { received: 0, lost: 0, repeated: 0 };

    constructor(element) {
        this.#element = element;
        this.state('connecting');
        this.#show();
    }

    number(n) {
        this.#counts.received++;
        if (this.#newest !== null) {
            if (n <= this.#newest) this.#counts.repeated++;
            else this.#counts.lost += n - this.#newest - 1;
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

    #show() {
        for (const [name, count] of Object.entries(this.#counts)) {
            this.#element.querySelector(`.${name}`).textContent = count;
        }
        this.#element.dataset.lost = String(this.#counts.lost > 0);
    }
}
