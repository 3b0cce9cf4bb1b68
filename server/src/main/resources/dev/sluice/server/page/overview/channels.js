// The model of the list of channels: what the hub lists, with the figures of the busiest, as a tree.

const HISTORY = 60;

export class Channels {
    #listed = new Map();
    #busy = new Map();
    hasMore = false;

    /** Replaces what the hub lists. */
    list(channels, hasMore) {
        this.#listed = new Map(channels.map((each) => [each.name, each]));
        this.hasMore = hasMore;
    }

    /**
     * Takes an event of `$stats/channels`: all rows, or those that changed. Returns true if one should be
     * listed and is not.
     */
    take({ type, data }) {
        if (type === 'all') for (const name of this.#busy.keys()) if (!(name in data.rows)) this.#busy.delete(name);
        for (const [name, row] of Object.entries(data?.rows ?? {})) {
            const history = this.#busy.get(name)?.history ?? [];
            if (row === null) this.#busy.delete(name);
            else this.#busy.set(name, { ...row, history });
        }
        return !this.hasMore && [...this.#busy.keys()].some((name) => !this.#listed.has(name));
    }

    /** Adds a point to the history of each busy channel. Called once a second. */
    tick() {
        for (const each of this.#busy.values()) {
            each.history.push(each.rate ?? 0);
            if (each.history.length > HISTORY) each.history.shift();
        }
    }

    get count() {
        return new Set([...this.#listed.keys(), ...this.#busy.keys()]).size;
    }

    has(name) {
        return this.#listed.has(name) || this.#busy.has(name);
    }

    /** All channels as rows without children, those whose name has this text. */
    rows(text) {
        const wanted = text.toLowerCase();
        const names = new Set([...this.#listed.keys(), ...this.#busy.keys()]);
        return [...names].filter((name) => name.toLowerCase().includes(wanted)).map((name) => this.#row(name));
    }

    /** The channels that have ended, as rows. */
    ended() {
        return [...this.#listed.values()].filter(({ closed }) => closed).map(({ name }) => this.#row(name));
    }

    #row(name) {
        const listed = this.#listed.get(name);
        const busy = this.#busy.get(name);
        const times = [listed?.time && Date.parse(listed.time), busy?.timeMs].filter(Boolean);
        return {
            name,
            label: name,
            rate: busy?.rate ?? 0,
            readers: busy?.readers ?? 0,
            events: listed?.events ?? null,
            bytes: listed?.bytes ?? null,
            at: times.length > 0 ? Math.max(...times) : null,
            isEnded: listed?.closed ?? false,
            history: busy?.history ?? [],
            children: [],
        };
    }

    /** The rows as a tree: channels with the same first segment are below one row, which has their sums. */
    tree() {
        const groups = new Map();
        for (const row of this.rows('')) {
            const first = row.name.split('/', 1)[0];
            if (groups.has(first)) groups.get(first).push(row);
            else groups.set(first, [row]);
        }
        return [...groups].map(([first, children]) => (children.length === 1 ? children[0] : parent(first, children)));
    }
}

function parent(first, children) {
    const sum = (pick) => children.reduce((all, each) => all + (pick(each) ?? 0), 0);
    const history = [];
    for (const each of children) {
        const shift = HISTORY - each.history.length;
        each.history.forEach((value, i) => (history[shift + i] = (history[shift + i] ?? 0) + value));
    }
    return {
        name: `${first}/`,
        label: first,
        rate: sum((each) => each.rate),
        readers: sum((each) => each.readers),
        events: sum((each) => each.events),
        bytes: sum((each) => each.bytes),
        at: Math.max(0, ...children.map((each) => each.at ?? 0)) || null,
        isEnded: false,
        history: history.slice(history.findIndex((each) => each !== undefined)),
        children: children.map((each) => ({ ...each, label: each.name.slice(first.length + 1) || each.name })),
    };
}
