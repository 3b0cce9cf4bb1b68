// Announcements to screen readers.
import { find } from './dom.js';
import { set } from './words.js';

const ANNOUNCE_MS = 10_000;
const pending = new Map();
let announcing = false;

/** Announces to screen readers, politely and seldom: the value that `say` returns at that time, once per subject. */
export function announce(about, say) {
    pending.set(about, say);
    if (announcing) return;
    announcing = true;
    set(find('announcer'), [...pending.values()].map((each) => each()).join(' '));
    pending.clear();
    setTimeout(() => {
        announcing = false;
        const [next] = pending;
        if (next) announce(...next);
    }, ANNOUNCE_MS);
}
