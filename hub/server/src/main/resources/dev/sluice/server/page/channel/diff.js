// The changes between two values.

const CHANGES_MAX = 200;
const isDeep = (value) => typeof value === 'object' && value !== null && !JSON.isRawJSON?.(value);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @returns `[{ path, before, after }]`; undefined stands for a missing member */
export function diff(before, after, path = '') {
    if (same(before, after)) return [];
    if (!isDeep(before) || !isDeep(after) || Array.isArray(before) !== Array.isArray(after)) return [{ path, before, after }];
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const below = (name) => (path === '' ? name : `${path}.${name}`);
    return names.flatMap((name) => diff(before[name], after[name], below(name))).slice(0, CHANGES_MAX);
}
