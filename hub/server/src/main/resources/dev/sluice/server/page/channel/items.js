// The model of a channel's page: the received items in log order, up to a limit.
import { decoded } from '../base64.js';

export const ITEMS_MAX = 10_000;
export const CHARACTERS_MAX = 16_000_000;
const LINE_MAX = 4000;
// After this many pieces of raw text without a line break, its events are probably lines without one.
const JOINED = 3;
// Characters of an event that a filter searches.
const SEARCHED_MAX = 10_000;

const itemOf = (said) => ({ ...said, size: 0, search: null });

/** The text of an item that a filter searches, in lower case. */
export function searched(item) {
    if (item.search !== null) return item.search;
    const { event, line } = item;
    const data = (event && decoded(event)) ?? event?.data_base64 ?? (typeof event?.data === 'string' ? event.data : JSON.stringify(event?.data)) ?? line ?? '';
    const about = event ? [event.id, event.channel, event.type, event.key ?? '', event.from ?? ''] : [];
    item.search = [...about, data.slice(0, SEARCHED_MAX)].join('\n').toLowerCase();
    return item.search;
}

/** The characters of an item, or of a piece of raw text. */
export function sizeOf({ event, line, text = line, characters }) {
    if (characters !== undefined) return characters;
    if (text !== undefined) return text.length;
    if (!event) return 100;
    if (event.data_base64 !== undefined) return event.data_base64.length;
    return typeof event.data === 'string' ? event.data.length : JSON.stringify(event.data ?? null).length;
}

export class Items {
    all = [];
    #characters = 0;
    #joined = 0; // The number of pieces of raw text before the first line break.

    /** Adds `{ event }`, `{ gap }`, `{ note }` or `{ text }` at the end; text becomes one item per line. */
    add(said) {
        if (said.text !== undefined) this.#addText(said.text);
        else this.#push(said);
        if (this.all.length > 1.5 * ITEMS_MAX || this.#characters > CHARACTERS_MAX) this.trim();
    }

    #push(said) {
        const item = itemOf(said);
        item.size = sizeOf(item);
        this.#characters += item.size;
        this.all.push(item);
    }

    #addText(text) {
        const [first, ...others] = text.split('\n');
        const last = this.all.at(-1);
        if (last?.line !== undefined && !last.isWhole) {
            if (last.line !== '' && ++this.#joined === JOINED) this.#sayThatTextIsJoined();
            last.line = (last.line + first).slice(0, LINE_MAX);
            last.search = null;
        } else if (first !== '' || others.length > 0) {
            this.#push({ line: first.slice(0, LINE_MAX) });
        }
        if (others.length > 0) this.#joined = NaN;
        for (const line of others) {
            this.all.at(-1).isWhole = true;
            this.#push({ line: line.slice(0, LINE_MAX) });
        }
    }

    /** Adds a note above raw text that keeps growing in a single line: it has no separators between events. */
    #sayThatTextIsJoined() {
        this.all.splice(-1, 0, itemOf({ note: { kind: 'joined', name: 'events.joined' } }));
    }

    /** Inserts older events at the beginning. */
    prepend(events) {
        const items = events.map((event) => itemOf({ event }));
        for (const item of items) this.#characters += item.size = sizeOf(item);
        this.all = [...items, ...this.all];
    }

    /** Removes raw text, whose data will be received again from its beginning. */
    forgetText() {
        this.all = this.all.filter((each) => each.line === undefined);
        this.#characters = this.all.reduce((sum, { size }) => sum + size, 0);
    }

    /** Removes the oldest items above the limits. Called only before items are shown, because each removal copies the list. */
    trim() {
        let gone = Math.max(0, this.all.length - ITEMS_MAX);
        for (let i = 0; i < gone; i++) this.#characters -= this.all[i].size;
        while (this.#characters > CHARACTERS_MAX && gone < this.all.length - 1) this.#characters -= this.all[gone++].size;
        if (gone > 0) this.all = this.all.slice(gone);
    }

    get isFull() {
        return this.all.length >= ITEMS_MAX;
    }

    /** The id of the oldest event, from which to page back; null if there is none. */
    get oldest() {
        return this.all.find((each) => each.event)?.event.id ?? null;
    }

    get newest() {
        return this.all.findLast((each) => each.event)?.event ?? null;
    }

    /** The ids of all events, in log order. */
    get ids() {
        return this.all.filter((each) => each.event).map((each) => each.event.id);
    }
}
