// The view of a page in the fragment of its address, so that every view has a link. The fragment is not sent to the
// server, so a filter, which may contain what the user searches for, stays private.

const read = () => new URLSearchParams(location.hash.slice(1));

let last = null; // The part changed last: successive changes of one part, such as typing, are one step of "back".

/** A part of the view; an empty string if the address lacks it. */
export const placed = (name) => read().get(name) ?? '';

/** Sets a part of the view in the address; the browser's "back" returns to the previous view. */
export function place(name, value) {
    placeAll({ [name]: value });
}

/** Sets several parts of the view in one step. */
export function placeAll(parts) {
    const all = read();
    for (const [name, value] of Object.entries(parts)) {
        if (value) all.set(name, value);
        else all.delete(name);
    }
    const text = all.toString();
    if (text === read().toString()) return;
    const step = Object.keys(parts).join();
    history[step === last ? 'replaceState' : 'pushState'](history.state, '', text === '' ? location.pathname + location.search : `#${text}`);
    last = step;
}

/** Calls back when "back", "forward" or another fragment has led to another view. */
export function onPlace(restore) {
    addEventListener('popstate', () => {
        last = null;
        restore();
    });
}
