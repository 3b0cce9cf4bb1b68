// The checks of the wall, independent of a page: their newest states, their order, and the headline.
import { number, words } from '../../page/program.js';
import { rank } from './states.js';

/** Sorts edge-2 before edge-10. One collator is much faster than `localeCompare` with ten thousand titles. */
const titles = new Intl.Collator(undefined, { numeric: true });

/** Returns the filter in the fragment of an address; text that is not encoded, as somebody typed it, is itself the filter. */
export function filterOf(fragment) {
    const text = /^#q=(.*)/.exec(fragment)?.[1] ?? '';
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

export class Board {
    #checks = new Map();

    /** The names sorted by title, cached because comparing titles is most of the work and titles rarely change. */
    #byTitle = [];
    #isSorted = true;

    /** @param event an event of `sense/state` */
    take({ key, data, removed }) {
        const before = this.#checks.get(key);
        if (removed || !data?.state) this.#checks.delete(key);
        else this.#checks.set(key, data);
        if (!before && !removed) this.#byTitle.push(key);
        if (before?.title !== data?.title) this.#isSorted = false;
    }

    /** Returns all checks, sorted by title. */
    #all() {
        if (!this.#isSorted) {
            this.#byTitle = [...new Set(this.#byTitle)]
                .filter((name) => this.#checks.has(name))
                .sort((one, other) => titles.compare(this.#checks.get(one).title, this.#checks.get(other).title) || titles.compare(one, other));
            this.#isSorted = true;
        }
        return this.#byTitle.map((name) => this.#checks.get(name)).filter(Boolean);
    }

    get size() {
        return this.#checks.size;
    }

    get(name) {
        return this.#checks.get(name);
    }

    /** Removes checks that no longer exist. @param names the names of the existing checks */
    keep(names) {
        const all = new Set(names);
        for (const name of this.#checks.keys()) if (!all.has(name)) this.#checks.delete(name);
        this.#isSorted = false;
    }

    /**
     * Counts the checks that depend on each check, directly or indirectly: these checks explain the others,
     * so they come first.
     */
    #dependents() {
        const counts = new Map();
        for (const check of this.#checks.values()) {
            if (!check.depends_on) continue;
            const seen = new Set([check.name]);
            const ahead = [...(check.depends_on ?? [])];
            while (ahead.length > 0) {
                const other = ahead.pop();
                if (seen.has(other)) continue;
                seen.add(other);
                counts.set(other, (counts.get(other) ?? 0) + 1);
                ahead.push(...(this.#checks.get(other)?.depends_on ?? []));
            }
        }
        return counts;
    }

    /**
     * Returns the names in order of importance: the worst state first, then the checks that explain others,
     * then the newest change of those that are not up, and finally the title, by which the list is already
     * sorted (sorting is stable).
     *
     * @param filter words that the name, title, group, state or type must contain
     */
    order(filter = '') {
        const counts = this.#dependents();
        const parts = filter.toLowerCase().split(/\s+/).filter(Boolean);
        const text = ({ name, title, group = '', state, type }) => `${name} ${title} ${group} ${state} ${type}`.toLowerCase();
        return this.#all()
            .filter((check) => parts.every((part) => text(check).includes(part)))
            .sort((one, other) => rank(one.state) - rank(other.state)
                || Number('cause' in one) - Number('cause' in other)
                || (counts.get(other.name) ?? 0) - (counts.get(one.name) ?? 0)
                || (one.state === 'up' ? 0 : Number(other.since > one.since) - Number(other.since < one.since)))
            .map(({ name }) => name);
    }

    /** Returns the number of checks by state. */
    counts() {
        const counts = {};
        for (const { state } of this.#checks.values()) counts[state] = (counts[state] ?? 0) + 1;
        return counts;
    }

    /** Returns the headline: the key of its text, the values, and the worst state. */
    headline() {
        const counts = this.counts();
        const all = this.size;
        const of = (state) => [...this.#checks.values()].filter((check) => check.state === state);
        if (counts.down) {
            return { state: 'down', name: 'sense.head.down', values: { n: counts.down, all, names: this.#outages(of('down')) } };
        }
        if (counts.failing) return { state: 'failing', name: 'sense.head.failing', values: { n: counts.failing, all, names: list(of('failing').map(({ title }) => title)) } };
        if (counts.warning) return { state: 'warning', name: 'sense.head.warning', values: { n: counts.warning, all, names: list(of('warning').map(({ title }) => title)) } };
        if (counts.slow) return { state: 'slow', name: 'sense.head.slow', values: { n: counts.slow, all, names: list(of('slow').map(({ title }) => title)) } };
        if (!counts.up) return { state: 'unknown', name: 'sense.head.unknown', values: { all } };
        if (counts.unknown) return { state: 'unknown', name: 'sense.head.partly', values: { n: counts.up, all, unknown: counts.unknown } };
        if (counts.up === all) return { state: 'up', name: all === 1 ? 'sense.head.one' : 'sense.head.well', values: { all } };
        return { state: 'up', name: 'sense.head.rest', values: { n: counts.up, all, rest: all - counts.up } };
    }

    /** Describes what is down: first the causes with the checks that they explain, then the other checks. */
    #outages(down) {
        const explained = new Map();
        for (const { cause, title } of down) if (cause) explained.set(cause, [...(explained.get(cause) ?? []), title]);
        const causes = [...explained].sort(([, some], [, more]) => more.length - some.length);
        const named = causes.slice(0, NAMED).map(([cause, titles]) => words('sense.head.with', { cause: this.get(cause)?.title ?? cause, names: list(titles) }));
        if (causes.length > NAMED) named.push('…');
        const others = down.filter(({ name, cause }) => !cause && !explained.has(name)).map(({ title }) => title);
        if (named.length === 0) return list(others);
        if (others.length > 0) named.push(others.length === 1 ? others[0] : words('sense.head.others', { n: number(others.length) }));
        return whole(named.join(words('sense.and')));
    }

    /** Returns the time of the newest change of any check, in milliseconds. */
    changed() {
        let newest = '';
        for (const { since } of this.#checks.values()) if (since > newest) newest = since; // Compared as text, which is exact to the second: fractions differ in length.
        return newest === '' ? 0 : Date.parse(newest);
    }
}

const NAMED = 3;

/** Prevents line breaks within a name that has hyphens. */
const whole = (text) => text.replaceAll('-', '\u2011');

/** Returns the first names of a list as text. */
function list(names) {
    const some = whole(names.slice(0, NAMED).join(words('sense.and')));
    return names.length <= NAMED ? some : `${some} …`;
}

/** Returns the number of names that are at another position than in the other list. */
export function moved(shown, wanted) {
    return wanted.filter((name, i) => shown[i] !== name && shown.includes(name)).length;
}

/** Returns the order to show while the visitor uses the tiles: the previous checks without the removed ones, then new ones. */
export function held(shown, wanted) {
    const there = new Set(wanted);
    const kept = shown.filter((name) => there.has(name));
    const old = new Set(kept);
    return [...kept, ...wanted.filter((name) => !old.has(name))];
}
