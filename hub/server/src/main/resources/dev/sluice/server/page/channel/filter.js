// A filter of events: words that must all occur, `type:`, `key:`, `channel:`, `from:`, and members of JSON data as
// `customer.name:ada` or `total>100`. The search of the hub has the same language (EventQuery.java).
import { searched } from './items.js';

const TERM = /"([^"]*)"|(\S+)/g;
const ABOUT = new Set(['type', 'key', 'channel', 'from', 'id']);
const COMPARED = /^([^\s:<>=]+)(:|>=|<=|>|<|=)(.+)$/su;

const OPERATORS = {
    ':': (value, wanted) => String(value).toLowerCase().includes(wanted),
    '=': (value, wanted) => String(value).toLowerCase() === wanted,
    '>': (value, wanted) => Number(value) > Number(wanted),
    '<': (value, wanted) => Number(value) < Number(wanted),
    '>=': (value, wanted) => Number(value) >= Number(wanted),
    '<=': (value, wanted) => Number(value) <= Number(wanted),
};

/** A member of JSON data by its path, as `customer.name`; a number that JavaScript can't represent is returned as text. */
export function member(data, path) {
    let value = data;
    for (const name of path.split('.')) {
        if (typeof value !== 'object' || value === null) return undefined;
        value = value[name];
    }
    return JSON.isRawJSON?.(value) ? value.rawJSON : value;
}

function compared([, path, operator, text]) {
    const test = OPERATORS[operator];
    const wanted = text.toLowerCase();
    return ({ event }) => {
        if (!event) return false;
        const value = ABOUT.has(path) ? event[path] : member(event.data, path);
        return value !== undefined && value !== null && typeof value !== 'object' && test(value, wanted);
    };
}

/**
 * @returns `{ matches, needles }`: a predicate of items, and the texts to mark; null if there is no filter
 */
export function parse(text) {
    const terms = [...text.matchAll(TERM)].map(([, quoted, word]) => ({ quoted, word: word ?? quoted }));
    const wanted = terms.filter(({ word }) => word !== '');
    if (wanted.length === 0) return null;
    const needles = [];
    const tests = wanted.map(({ quoted, word }) => {
        const found = quoted === undefined && word.match(COMPARED);
        const lower = word.toLowerCase();
        if (!found) needles.push(lower);
        else if (found[2] === ':' || found[2] === '=') needles.push(found[3].toLowerCase());
        const plain = (item) => searched(item).includes(lower);
        if (!found) return plain;
        const test = compared(found);
        // A colon may also be part of what is searched for, such as a time.
        return found[2] === ':' ? (item) => test(item) || plain(item) : test;
    });
    return { matches: (item) => (item.event || item.line !== undefined) && tests.every((test) => test(item)), needles };
}
