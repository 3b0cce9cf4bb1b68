// Older events: page by page, or searched for.
import { find } from '../dom.js';
import { reason } from '../reason.js';
import { address, page } from '../requests.js';
import { clear, clock, number, put, set } from '../words.js';
import { filters, selection } from './selection.js';

const EVENTS = 500;
const SEARCH_EVENTS = 1000;

export class Older {
    #items;
    #changed;
    #isBusy = false;
    #stops = null; // Of the search that is under way.
    first = null; // The id of the oldest kept event, once it is known.

    /** @param changed called with the number of events that were inserted */
    constructor(items, changed) {
        this.#items = items;
        this.#changed = changed;
        find('older').addEventListener('click', () => (this.isFiltered() ? this.search(this.#finds()) : this.load()));
        find('search-older').addEventListener('click', () => (this.#stops ? this.#stops.abort() : this.search()));
    }

    /** Inserts one page of older events. Returns false if there are none, or no room for them. */
    async load(limit = EVENTS, signal = undefined) {
        const before = this.#items.oldest;
        if (before === null || before === this.first || this.#items.isFull || this.#isBusy) return false;
        this.#isBusy = true;
        find('older').disabled = true;
        let isMore = false;
        try {
            const { events } = await page(selection, { ...filters, before, limit }, signal);
            if (events.length < limit) this.first = events[0]?.id ?? before;
            isMore = events.length > 0;
            this.#items.prepend(events);
            this.#changed(events.length);
            clear(find('older-said'));
        } catch (error) {
            if (!signal?.aborted) set(find('older-said'), reason(error));
        }
        find('older').disabled = false;
        this.#isBusy = false;
        this.draw();
        return isMore;
    }

    /** Whether one more event than now matches. */
    #finds() {
        const before = this.matching();
        return () => this.matching() > before;
    }

    /** Loads older events until one of them matches. @param isFound whether one does */
    async search(isFound = this.isFound) {
        this.#stops = new AbortController();
        const { signal } = this.#stops;
        put(find('search-older'), 'search.stop');
        let more = true;
        while (more && !signal.aborted && !isFound()) {
            more = await this.load(SEARCH_EVENTS, signal);
            const oldest = this.#items.all.find(({ event }) => event)?.event;
            if (oldest && !isFound()) put(find('empty-said'), 'search.at', { n: number(this.#items.ids.length), at: clock(new Date(oldest.time), false) });
        }
        this.#stops = null;
        put(find('search-older'), 'search.older');
        this.#changed(0);
    }

    /** Updates the control above the list: a button for older events, or the reason why there is none. */
    draw() {
        const { oldest, isFull } = this.#items;
        const isAll = oldest !== null && oldest === this.first;
        find('older').hidden = isAll || isFull;
        if (isAll) put(find('older-said'), 'events.oldest');
        else if (find('older-said').dataset.t) clear(find('older-said'));
        find('older-json').hidden = isAll || !isFull;
        if (isFull) find('older-json').href = address(selection, { ...filters, before: oldest, limit: 1000, as: 'json' });
        find('search-older').hidden = isAll || isFull;
    }
}
