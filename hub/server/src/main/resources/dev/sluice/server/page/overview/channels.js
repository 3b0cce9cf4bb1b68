// The model of the list of channels: the hub's list with the figures of the busiest ones, as a tree. Null: unknown.

export const STEPS = 60;
export const STEP_MS = 15_000;

const UNKNOWN = new Array(STEPS).fill(null);

/** Decodes the rates of a trend in the page: the maximum, and the fraction of it in each step. */
const decoded = ([top, levels]) => [...levels].map((each) => (each === ' ' ? null : ((each.charCodeAt() - 63) / 63) * top));

/** The sum of values; null if one of them is unknown. */
const sum = (values) => (values.includes(null) ? null : values.reduce((all, each) => all + each, 0));

/** A step that nothing has been added to. */
const step = (end) => ({ end, seconds: 0, sums: new Map() });

const firstOf = (name) => name.split('/', 1)[0];

export class Channels {
    #listed = new Map();
    #busy = new Map();
    #groups = {}; // The hub's sums of all channels with the same first segment.
    #total = null; // The hub's count of all channels.
    #isWhole = false; // True if channels that are not among the busiest have a rate of 0.
    #trends = new Map(); // The rates in the last steps, the oldest first.
    #others = UNKNOWN; // Of channels without a trend.
    #step = null; // The current step: { end, seconds, sums }.
    #known = {}; // The data of the page, until the hub sends newer data.
    hasMore = false;

    /** @param known what the hub knew when it sent the page */
    constructor(known = {}) {
        this.#known = known;
        this.#groups = known.groups ?? {};
        this.#total = known.total ?? null;
        this.#isWhole = known.whole ?? false;
        this.#others = known.others ? decoded(known.others) : UNKNOWN;
        for (const [name, values] of Object.entries(known.trends ?? {})) this.#trends.set(name, decoded(values));
    }

    /** Replaces the hub's list. */
    list(channels, hasMore) {
        this.#listed = new Map(channels.map((each) => [each.name, each]));
        this.hasMore = hasMore;
    }

    /**
     * Applies an event of `$stats/channels`: all rows, changed rows, or the sums of groups. Returns true if the list
     * lacks a channel of the event.
     */
    take({ type, data }) {
        if (type === 'groups') {
            this.#groups = data.groups ?? {};
            this.#total = data.channels ?? 0;
            return !this.hasMore && this.#total > this.#listed.size;
        }
        if (type === 'all') {
            for (const name of this.#busy.keys()) if (!(name in data.rows)) this.#busy.delete(name);
            this.#known = {};
        }
        this.#isWhole = Boolean(data.whole);
        for (const [name, row] of Object.entries(data.rows ?? {})) {
            if (row === null) this.#busy.delete(name);
            else this.#busy.set(name, row);
        }
        return !this.hasMore && [...this.#busy.keys()].some((name) => !this.#listed.has(name));
    }

    /** Adds to the trends. Called once a second. @param isKnown true if the page is connected: otherwise there is a gap */
    tick(now, isKnown) {
        this.#step ??= step(now + STEP_MS);
        if (isKnown) {
            this.#step.seconds++;
            for (const [name, { rate = 0 }] of this.#busy) this.#step.sums.set(name, (this.#step.sums.get(name) ?? 0) + rate);
        }
        if (now < this.#step.end) return;
        const { end, seconds, sums } = this.#step;
        const isMeasured = seconds >= STEP_MS / 2000; // For at least half of the step.
        // Steps without a tick: the page was hidden, or the computer slept.
        const missed = Math.min(STEPS, Math.floor((now - end) / STEP_MS));
        const grown = (values, value) => [...values, value, ...UNKNOWN.slice(0, missed)].slice(-STEPS);
        for (const name of new Set([...this.#trends.keys(), ...sums.keys()])) {
            const value = !isMeasured ? null : sums.has(name) ? sums.get(name) / seconds : this.#isWhole ? 0 : null;
            this.#trends.set(name, grown(this.#trendOf(name), value));
        }
        this.#others = grown(this.#others, isMeasured && this.#isWhole ? 0 : null);
        this.#step = step(now + STEP_MS - ((now - end) % STEP_MS));
    }

    #trendOf(name) {
        return this.#trends.get(name) ?? this.#others;
    }

    /** The number of all channels as far as known. */
    get count() {
        return Math.max(this.#total ?? 0, new Set([...this.#listed.keys(), ...this.#busy.keys()]).size);
    }

    /** Returns true if `count` has all channels, false if there may be more. */
    get isCounted() {
        return !this.hasMore || this.#total !== null;
    }

    has(name) {
        return this.#listed.has(name) || this.#busy.has(name);
    }

    /** The channels whose name contains this text, as rows without children. */
    rows(text) {
        const wanted = text.toLowerCase();
        const names = new Set([...this.#listed.keys(), ...this.#busy.keys()]);
        return [...names].filter((name) => name.toLowerCase().includes(wanted)).map((name) => this.#row(name));
    }

    #row(name) {
        const listed = this.#listed.get(name);
        const busy = this.#busy.get(name);
        const { rates = {}, readers = {} } = this.#known;
        const times = [listed?.time && Date.parse(listed.time), busy?.timeMs].filter(Boolean);
        const rate = busy ? (busy.rate ?? 0) : (rates[name] ?? (this.#isWhole ? 0 : null));
        return {
            name,
            label: name,
            rate,
            readers: busy ? (busy.readers ?? 0) : (readers[name] ?? null),
            events: listed?.events ?? null,
            bytes: listed?.bytes ?? null,
            at: times.length > 0 ? Math.max(...times) : null,
            isEnded: listed?.closed ?? false,
            history: this.#trendOf(name),
            count: 1,
            children: [],
        };
    }

    /** The rows as a tree: a row with the sums of all channels with the same first segment has them as children. */
    tree() {
        const groups = new Map(Object.keys(this.#groups).map((first) => [first, []]));
        for (const row of this.rows('')) {
            const first = firstOf(row.name);
            if (groups.has(first)) groups.get(first).push(row);
            else groups.set(first, [row]);
        }
        const sums = (first, children) => this.#groups[first] ?? { channels: children.length };
        return [...groups].map(([first, children]) => (sums(first, children).channels <= 1 ? children[0] : this.#parent(first, children, sums(first, children))));
    }

    /** @param sums the hub's sums of all channels, of which the page may have loaded only some */
    #parent(first, children, sums) {
        const isAll = children.length >= sums.channels;
        const of = (pick) => (isAll || this.#isWhole ? sum(children.map(pick)) : null);
        const trends = isAll ? children.map((each) => each.history) : null;
        return {
            name: `${first}/`,
            label: first,
            rate: of((each) => each.rate),
            readers: isAll ? of((each) => each.readers) : null,
            events: isAll ? of((each) => each.events) : (sums.events ?? 0),
            bytes: isAll ? of((each) => each.bytes) : (sums.bytes ?? 0),
            at: Math.max(0, sums.timeMs ?? 0, ...children.map((each) => each.at ?? 0)) || null,
            isEnded: false,
            history: trends ? UNKNOWN.map((_, i) => sum(trends.map((each) => each[i]))) : UNKNOWN,
            count: Math.max(sums.channels, children.length),
            children: children.map((each) => ({ ...each, label: each.name.slice(first.length + 1) || each.name })),
        };
    }
}
