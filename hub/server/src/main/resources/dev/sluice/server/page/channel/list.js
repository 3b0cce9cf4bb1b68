// The list of items, of which only the visible rows are in the document. All rows have the same height.
import { find, make } from '../dom.js';
import { mark } from './marks.js';
import { fill } from './row.js';

const SPARE = 12;
const SPARE_AT_END = 3; // Rows above the visible ones; the next events push them out before anybody scrolls to them.
const AT_END_PX = 24;

/** The most rows on paper, about twenty sheets. */
const PRINTED_MAX = 1000;

export class List {
    #list = find('events');
    #scroll = find('scroll');
    #items = [];
    #layout = {};
    #layoutKey = '';
    #needles = [];
    #current = null;
    #rows = new Map(); // By item.
    #onScroll;
    #top = 0; // The last position, to detect the direction.
    #range = [0, 0];
    #isPrinting = false;
    follows = true;
    isOwn = false; // Until items arrive, the rows that the server wrote stay.

    /** @param onScroll called after the user has scrolled */
    constructor(onScroll) {
        this.#onScroll = onScroll;
        this.#scroll.scrollTop = this.#scroll.scrollHeight;
        this.#scroll.addEventListener('scroll', () => this.#scrolled(), { passive: true });
        new ResizeObserver(() => this.draw()).observe(this.#scroll);
        document.addEventListener('languagechange', () => this.refresh());
        addEventListener('beforeprint', () => this.#print());
        addEventListener('afterprint', () => {
            this.#isPrinting = false;
            this.draw();
        });
    }

    get rowHeight() {
        return parseFloat(getComputedStyle(this.#list).getPropertyValue('--row')) || 26;
    }

    /** Shows these items. @param gone the number of items removed at the front; negative if inserted */
    show(items, layout, needles, gone = 0) {
        const key = JSON.stringify(layout);
        this.#items = items;
        this.#needles = needles;
        if (key !== this.#layoutKey) {
            this.#layout = layout;
            this.#layoutKey = key;
            this.refresh(false);
        }
        if (gone !== 0 && !this.follows) this.#scroll.scrollTop -= gone * this.rowHeight;
        this.draw();
    }

    /** Draws all rows again. */
    refresh(isNow = true) {
        for (const row of this.#rows.values()) row.remove();
        this.#rows.clear();
        if (isNow) this.draw();
    }

    draw() {
        if (this.#isPrinting || !this.isOwn) return;
        if (this.#rows.size === 0) this.#list.replaceChildren(); // Removes the rows that the server wrote.
        const height = this.rowHeight;
        // The user may have scrolled up just now, before the scroll event.
        if (this.#isScrolledUp) this.follows = false;
        const { clientHeight, scrollTop } = this.#scroll;
        const end = this.#items.length * height - clientHeight;
        const top = this.follows ? end : Math.min(end, scrollTop - this.#list.offsetTop);
        this.#range = [Math.max(0, Math.floor(top / height)), Math.ceil((top + clientHeight) / height)];
        const first = Math.max(0, this.#range[0] - (this.follows ? SPARE_AT_END : SPARE));
        const last = Math.min(this.#items.length, this.#range[1] + SPARE);
        this.#drawRows(first, last, height);
        this.#list.style.height = `${this.#items.length * height}px`;
        // After the rows are in place: rows drawn earlier would make the list longer than it is.
        if (this.follows) {
            this.#scroll.scrollTop = this.#scroll.scrollHeight;
            this.#top = this.#scroll.scrollTop;
        }
        mark(this.#list, this.#needles);
    }

    /** Draws the rows to print: the last visible row and those before it. Paper can't be scrolled. */
    #print() {
        const end = Math.min(this.#items.length, this.range[1]);
        this.#drawRows(Math.max(0, end - PRINTED_MAX), end, this.rowHeight);
        this.#isPrinting = true;
    }

    /** Keeps the rows of items that stay visible. A row is never reused for another item: the browser would see it jump. */
    #drawRows(first, end, height) {
        const kept = new Map();
        for (let i = first; i < end; i++) {
            const item = this.#items[i];
            let row = this.#rows.get(item);
            // An incomplete line has grown.
            if (row && row.drawn !== (item.line ?? '')) row = undefined;
            row ??= this.#begin(item);
            kept.set(item, row);
            if (row.dataset.i !== String(i)) {
                row.dataset.i = i;
                row.style.top = `${i * height}px`;
            }
            const isCurrent = item.event !== undefined && item.event.id === this.#current;
            if (row.hasAttribute('aria-current') !== isCurrent) row.toggleAttribute('aria-current', isCurrent);
        }
        for (const [item, row] of this.#rows) if (kept.get(item) !== row) row.remove();
        // In the order of the items, because screen readers read the document's order.
        let next = this.#list.firstElementChild;
        for (const row of kept.values()) {
            if (row === next) next = row.nextElementSibling;
            else this.#list.insertBefore(row, next);
        }
        this.#rows = kept;
    }

    #begin(item) {
        const row = make('li');
        fill(row, item, this.#layout);
        row.drawn = item.line ?? '';
        return row;
    }

    /** Marks the row of an event as the current one, and scrolls to it. */
    choose(id, isScrolled = true) {
        this.#current = id;
        const i = this.#items.findIndex(({ event }) => event?.id === id);
        if (isScrolled && i >= 0) this.reveal(i);
        this.draw();
        return i;
    }

    /** Scrolls to the item at this index, unless it is visible. */
    reveal(i) {
        const top = i * this.rowHeight + this.#list.offsetTop;
        const bottom = top + this.rowHeight;
        const { scrollTop, clientHeight } = this.#scroll;
        if (top >= scrollTop && bottom <= scrollTop + clientHeight) return;
        this.follows = false;
        this.#scroll.scrollTop = top < scrollTop ? top : bottom - clientHeight;
    }

    /** Scrolls to the newest item, and follows. */
    toNewest() {
        this.follows = true;
        this.draw();
    }

    get #isAtEnd() {
        const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
        return scrollHeight - scrollTop - clientHeight < AT_END_PX;
    }

    /** Returns true if the user has scrolled up. A list that has grown is no longer at its end either, but not scrolled up. */
    get #isScrolledUp() {
        return !this.#isAtEnd && this.#scroll.scrollTop < this.#top - 1;
    }

    #scrolled() {
        if (this.follows && this.#scroll.scrollTop === this.#top) return; // Scrolled by `draw`.
        if (this.#isAtEnd) this.follows = true;
        else if (this.#isScrolledUp) this.follows = false;
        this.#top = this.#scroll.scrollTop;
        this.draw();
        this.#onScroll();
    }

    /** The indexes of the first and last visible item, as last drawn. */
    get range() {
        return this.#range;
    }
}
