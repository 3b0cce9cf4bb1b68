// Keys that work on every page, and the list of all keys.
import { find, isTyping } from './dom.js';
import { HUB, link } from './hub.js';

const handlers = new Map();
let isGoing = false; // After `g`, the next key names a page.

/** Adds a key of this page. Its handler returns false if it does not use the key. */
export function onKey(key, handler) {
    handlers.set(key, handler);
}

const press = (id) => () => {
    const button = find(id);
    if (!button || button.hidden || button.disabled) return false;
    button.click();
    return true;
};

function focusFilter() {
    const filter = find('filter');
    filter?.focus();
    return Boolean(filter);
}

export function shortcuts() {
    const dialog = find('shortcuts');
    find('shortcuts-open').addEventListener('click', () => dialog.showModal());
    find('shortcuts-close').addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (click) => click.target === dialog && dialog.close());
    onKey('?', press('shortcuts-open'));
    onKey('/', focusFilter);
    onKey(' ', press('pause'));
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event)) return;
        // The space bar presses the control that has the focus.
        if (event.key === ' ' && event.target.closest('button, a, summary, [role=tab]')) return;
        if (isGoing) {
            isGoing = false;
            if (event.key === 'h') location.assign(HUB);
            if (event.key === 'a') location.assign(link('**'));
        } else if (event.key === 'g') {
            isGoing = true;
        } else if (handlers.has(event.key) && handlers.get(event.key)(event) !== false) {
            event.preventDefault();
        }
    });
}
