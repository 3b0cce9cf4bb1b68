// The configuration that a page shows, without the page.

/** The settings that contain a text in their key, value or source; of those that were set, or all. */
export function matching(settings, text, isSetOnly) {
    const wanted = text.trim().toLowerCase();
    return settings.filter(({ key, value, source }) => {
        if (isSetOnly && source === 'default') return false;
        return [key, value, source].some((each) => each.toLowerCase().includes(wanted));
    });
}

/** What a key or a grant permits, a line for each verb. */
export const permitted = (permits) => Object.entries(permits).map(([verb, channels]) => `${verb}: ${channels.join(' ')}`);

/** The part of the heap that a budget may take, the largest first. */
export function shares(budgets, heapBytes) {
    return budgets.toSorted((some, other) => other.bytes - some.bytes).map((each) => ({ ...each, share: each.bytes / heapBytes }));
}

/** yes, no, or refused: what became of a question about a token. */
export const verdict = ({ accepted, permitted: isPermitted }) => (!accepted ? 'refused' : isPermitted ? 'yes' : 'no');
