// Finds columns in similar events: JSON objects with the same members, or lines of words below a heading.

const SAMPLE = 60;
const ALIKE = 0.8;
const COLUMNS_MAX = 12;
const WIDTH_MAX = 26;
const WORDS_MIN = 4;
const INNER_MAX = 4;

const isPlain = (value) => typeof value !== 'object' || value === null || JSON.isRawJSON?.(value);
export const textOf = (value) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

function sample(items) {
    return items.filter(({ event }) => event?.data !== undefined).slice(-SAMPLE).map(({ event }) => event.data);
}

/** The paths of an object's members; for a small object among them, the paths of its members. */
function paths(object) {
    return Object.entries(object).flatMap(([name, value]) => {
        if (isPlain(value) || Array.isArray(value)) return [name];
        const inner = Object.entries(value);
        return inner.length <= INNER_MAX && inner.every(([, each]) => isPlain(each)) ? inner.map(([each]) => `${name}.${each}`) : [name];
    });
}

function ofObjects(all) {
    const objects = all.filter((each) => typeof each === 'object' && each !== null && !Array.isArray(each) && !JSON.isRawJSON?.(each));
    if (objects.length < 2 || objects.length < ALIKE * all.length) return null;
    const counts = new Map();
    for (const each of objects) for (const path of paths(each)) counts.set(path, (counts.get(path) ?? 0) + 1);
    const names = [...counts].filter(([, count]) => count >= ALIKE * objects.length).map(([name]) => name);
    if (names.length < 2) return null;
    const shown = names.slice(0, COLUMNS_MAX).map((name) => column(name, objects.map((each) => valueAt(each, name))));
    return { columns: shown, cells: (data) => (typeof data === 'object' && data !== null ? shown.map(({ name }) => valueAt(data, name)) : null) };
}

const valueAt = (object, path) => (path in object ? object[path] : path.split('.').reduce((value, name) => value?.[name], object));

function column(name, values) {
    const width = Math.max(name.length, ...values.map((each) => (isPlain(each) ? textOf(each).length : 8)));
    return { name, width: Math.min(WIDTH_MAX, width), isNumber: values.every((each) => each === undefined || typeof each === 'number' || JSON.isRawJSON?.(each)) };
}

const split = (line) => line.trim().split(/\s+/);

function ofLines(all, heading) {
    const lines = all.filter((each) => typeof each === 'string').map(split);
    const length = lines.at(-1)?.length ?? 0;
    const alike = lines.filter((each) => each.length === length);
    if (length < WORDS_MIN || length > 30 || alike.length < 2 || alike.length < ALIKE * all.length - 2) return null;
    const numbers = alike.filter((each) => each.every((word) => !Number.isNaN(Number(word))));
    if (numbers.length < alike.length - 2) return null;
    const names = heading?.length === length ? heading : numbers[0].map((_, i) => String(i + 1));
    const columns = names.map((name, i) => ({ name, width: Math.max(name.length, ...alike.map((each) => each[i].length)), isNumber: true }));
    return { columns, cells: (data) => (typeof data === 'string' && split(data).length === length ? split(data) : null) };
}

/** The heading of a program's lines, such as that of vmstat: as many words as each line below has numbers. */
function headingIn(items) {
    const lines = items.filter(({ event }) => typeof event?.data === 'string').slice(0, 10);
    const found = lines.map(({ event }) => split(event.data)).find((each) => each.length >= WORDS_MIN && each.every((word) => Number.isNaN(Number(word))));
    return found ?? null;
}

/**
 * @returns `{ columns: [{ name, width, isNumber }], cells }`, where `cells` are the values of an event's data, or null if
 *          it lacks these columns; null if the events are not similar
 */
export function find(items) {
    const all = sample(items);
    return ofObjects(all) ?? ofLines(all, headingIn(items));
}
