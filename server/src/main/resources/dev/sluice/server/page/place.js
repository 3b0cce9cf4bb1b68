// The view of a page in the fragment of its address, so that every view is a link. The fragment is not sent to the
// server: a filter may hold what its user searches for.

const read = () => new URLSearchParams(location.hash.slice(1));

/** A part of the view; an empty string if the address does not have it. */
export const placed = (name) => read().get(name) ?? '';

/** Sets a part of the view in the address, without a new entry in the history. */
export function place(name, value) {
    const all = read();
    if (all.get(name) === value) return;
    if (value) all.set(name, value);
    else all.delete(name);
    const text = all.toString();
    history.replaceState(history.state, '', text === '' ? location.pathname + location.search : `#${text}`);
}
