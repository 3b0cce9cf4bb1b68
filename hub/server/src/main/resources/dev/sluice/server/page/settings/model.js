// The model of the configuration that a page shows.
import { USUALLY_FULL } from '../stats/figures.js';

/** The settings that contain a text in key, value or source: all, or only those that were set. */
export function matching(settings, text, isSetOnly) {
    const wanted = text.trim().toLowerCase();
    return settings.filter(({ key, value, source }) => {
        if (isSetOnly && source === 'default') return false;
        return [key, value, source].some((each) => each.toLowerCase().includes(wanted));
    });
}

/** The permissions of a key or a grant, one line per verb. */
export const permitted = (permits) => Object.entries(permits).map(([verb, channels]) => `${verb}: ${channels.join(' ')}`);

/** The share of the heap that each budget may take, largest first. */
export function shares(budgets, heapBytes) {
    return budgets.toSorted((some, other) => other.bytes - some.bytes).map((each) => ({ ...each, share: each.bytes / heapBytes }));
}

/**
 * The usage of the hub's limits from the figures of `$stats`, each with its history: the fullest first, those that are
 * normally full last.
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

/** The result of a question about a token: yes, no, or refused. */
export const verdict = ({ accepted, permitted: isPermitted }) => (!accepted ? 'refused' : isPermitted ? 'yes' : 'no');
