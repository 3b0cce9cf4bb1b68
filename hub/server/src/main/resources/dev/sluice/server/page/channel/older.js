// Older events, page by page.
import { find } from '../dom.js';
import { reason } from '../reason.js';
import { address, page } from '../requests.js';
import { clear, put, set } from '../words.js';
import { filters, selection } from './selection.js';

const EVENTS = 500;

export class Older {
    #items;
    #changed;
    #isBusy = false;
    first = null; // The id of the oldest kept event, once it is known.

    /** @param changed called with the number of events that were inserted */
    constructor(items, changed) {
        this.#items = items;
        this.#changed = changed;
        find('older').addEventListener('click', () => this.load());
    }

    /** Inserts one page of older events. */
    async load() {
        const before = this.#items.oldest;
        if (before === null || before === this.first || this.#items.isFull || this.#isBusy) return;
        this.#isBusy = true;
        find('older').disabled = true;
        try {
            const { events, more } = await page(selection, { ...filters, before, limit: EVENTS });
            if (!more) this.first = events[0]?.id ?? before;
            this.#items.prepend(events);
            this.#changed(events.length);
            clear(find('older-said'));
        } catch (error) {
            set(find('older-said'), reason(error));
        }
        find('older').disabled = false;
        this.#isBusy = false;
        this.draw();
    }

    /** Returns true if the list has all events that the log keeps. */
    get hasAll() {
        return this.#items.oldest !== null && this.#items.oldest === this.first;
    }

    /** Updates the control above the list: a button for older events, or the reason why there is none. */
    draw() {
        const { oldest, isFull } = this.#items;
        const isAll = this.hasAll;
        find('older').hidden = isAll || isFull;
        if (isAll) put(find('older-said'), 'events.oldest');
        else if (find('older-said').dataset.t) clear(find('older-said'));
        find('older-json').hidden = isAll || !isFull;
        if (isFull) find('older-json').href = address(selection, { ...filters, before: oldest, limit: 1000, as: 'json' });
    }
}
