// The configuration that a page shows, without the page.
import { USUALLY_FULL } from '../stats/figures.js';

/** The settings that contain a text in their key, value or source; of those that were set, or all. */
export function matching(settings, text, isSetOnly) {
    const wanted = text.trim().toLowerCase();
    return settings.filter(({ key, value, source }) => {
        if (isSetOnly && source === 'default') return false;
        return [key, value, source].some((each) => each.toLowerCase().includes(wanted));
    });
}

/** The permissions of a key or a grant, a line for each verb. */
export const permitted = (permits) => Object.entries(permits).map(([verb, channels]) => `${verb}: ${channels.join(' ')}`);

/** The part of the heap that a budget may take, the largest first. */
export function shares(budgets, heapBytes) {
    return budgets.toSorted((some, other) => other.bytes - some.bytes).map((each) => ({ ...each, share: each.bytes / heapBytes }));
}

/**
 * How full the hub's limits are, by the figures of `$stats`, each with its history: first those that were the fullest, last
 * those that are full as a rule.
 *
 * @param figures the model of the statistics
 */
export function filling(figures, now) {
    return Object.entries(figures.now('capacity') ?? {})
        .filter(([, { max }]) => max > 0)
        .map(([name, { used = 0, max }]) => {
            const values = figures.series('capacity', ({ [name]: part }) => part && (part.used ?? 0) / part.max, now);
            return { name, used, max, values, most: Math.max(used / max, ...values) };
        })
        .toSorted((some, other) => USUALLY_FULL.includes(some.name) - USUALLY_FULL.includes(other.name) || other.most - some.most);
}

/** yes, no, or refused: what became of a question about a token. */
export const verdict = ({ accepted, permitted: isPermitted }) => (!accepted ? 'refused' : isPermitted ? 'yes' : 'no');
