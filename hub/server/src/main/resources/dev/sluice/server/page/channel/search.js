// The search through the whole log, on the hub: its results and its progress.
import { find } from '../dom.js';
import { reason } from '../reason.js';
import { clear, clock, number, put, set } from '../words.js';
import { search } from './hub-search.js';
import { STEPS, Timeline } from './timeline.js';
import { filters, selection } from './selection.js';

const LIMIT = 1000;
const FOUND_MAX = 10_000;
const { type } = filters;

const timesOf = (period) => (period ? { since: new Date(period.since).toISOString(), until: new Date(period.until).toISOString() } : {});

/** Counts the events of the log by time, and reports the growing timelines. The hub may end before it has counted the whole log. */
export async function countWhole(counted, signal) {
    for await (const { progress, end } of search(selection, { type, limit: 0, buckets: STEPS }, signal)) {
        const { looked, histogram, time, reason } = end ?? progress;
        counted(looked > 1 ? Timeline.of(histogram, time) : null, looked, reason === 'all');
    }
}

export class Search {
    found = []; // Matching items older than those of the list, in log order.
    kept = 0; // The number of events in the whole log as far as counted; 0 if unknown.
    #changed;
    #stops = null;
    #state = null; // The hub's last message.
    #why = null;
    #next = null;
    #wanted = null;
    #before = { looked: 0, found: 0 }; // Counts of the searches that this one continues.

    /** @param changed called after a match or a change of state */
    constructor(changed) {
        this.#changed = changed;
        find('search-whole').addEventListener('click', () => this.asked());
        find('search-stop').addEventListener('click', () => this.#stops?.abort());
    }

    /** Called when the user starts the search. */
    asked = () => {};

    /** The number of searched events. */
    get looked() {
        return this.#state?.looked ?? 0;
    }

    get isRunning() {
        return this.#stops !== null;
    }

    /** Drops the matches, because the filter or the period has changed. */
    forget() {
        this.#stops?.abort();
        this.#stops = null;
        this.found = [];
        this.#state = this.#why = this.#next = this.#wanted = null;
        this.#before = { looked: 0, found: 0 };
    }

    /** Starts or continues the search. @param before the event before which to search; null to search all */
    async run(text, period, before) {
        if (this.#next === null) this.forget();
        else this.#before = this.#state = { ...this.#state, reason: undefined };
        this.#why = null;
        const stops = this.#stops = new AbortController();
        this.#wanted ??= { q: text, ...timesOf(period), type };
        this.#changed();
        try {
            for await (const said of search(selection, { ...this.#wanted, before: this.#next ?? before, limit: LIMIT }, stops.signal)) {
                if (this.#stops !== stops) return;
                this.#take(said);
            }
            if (!this.#state?.reason) throw new Error('cut');
        } catch (error) {
            if (this.#stops !== stops) return;
            if (!stops.signal.aborted) this.#why = error;
            this.#next = this.#state?.at ?? null;
        }
        this.#stops = null;
        this.#changed();
    }

    #take({ event, progress, end }) {
        if (event) {
            // The search continues at the last progress, and finds the matches after it again.
            if (this.found.some((each) => each.event.id === event.id)) return;
            this.found.unshift({ event, size: 0, search: null });
            if (this.found.length > FOUND_MAX) this.found.pop();
        } else {
            const said = end ?? progress;
            const { looked, found } = this.#before;
            this.#state = { ...said, looked: said.looked + looked, found: said.found + found };
        }
        if (end) this.#next = end.next ?? null;
        this.#changed();
    }

    /** Drops the matches that the list has received meanwhile. */
    without(ids) {
        if (this.found.length > 0) this.found = this.found.filter(({ event }) => !ids.has(event.id));
    }

    /** @param isOffered true if the log may have older events than the list */
    draw(isOffered) {
        const said = find('search-said');
        const { looked = 0, found = 0, time, reason: end } = this.#state ?? {};
        const values = { looked: number(looked), found: number(found), at: time ? clock(new Date(time), false) : '–' };
        if (this.#why) set(said, reason(this.#why));
        else if (this.isRunning) put(said, 'search.running', values);
        else if (end === 'all') put(said, 'search.done', values);
        else if (this.#state) put(said, 'search.so-far', values);
        else clear(said);
        find('search-progress').hidden = !this.isRunning;
        if (this.kept > 0) find('search-progress').value = Math.min(1, looked / this.kept);
        find('search-stop').hidden = !this.isRunning;
        find('search-whole').hidden = !isOffered || this.isRunning || end === 'all';
        if (this.#next !== null) put(find('search-whole'), 'search.on');
        else if (this.kept > 0) put(find('search-whole'), 'search.whole.count', { n: number(this.kept) });
        else put(find('search-whole'), 'search.whole');
    }
}
