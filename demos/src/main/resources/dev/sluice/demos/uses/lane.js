// Counts the numbers that a reader received, lost and received twice.
import { both } from '../client/both.js';

const STATES = { connecting: ['connecting', '正在连接'], open: ['open', '已连接'], waiting: ['lost, waiting', '已断开，等待中'], ended: ['ended', '已结束'] };

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
        state.replaceChildren(both(...STATES[name]));
    }

    #show() {
        for (const [name, count] of Object.entries(this.#counts)) {
            this.#element.querySelector(`.${name}`).textContent = count;
        }
        this.#element.dataset.lost = String(this.#counts.lost > 0);
    }
}
