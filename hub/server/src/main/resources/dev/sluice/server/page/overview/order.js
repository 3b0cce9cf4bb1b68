// The order of the rows. While a visitor reads or points at the list, rows keep their places and new rows come last.

export const BY = {
    name: (one, other) => (one.name < other.name ? -1 : 1),
    rate: (one, other) => (other.rate ?? 0) - (one.rate ?? 0) || (other.at ?? 0) - (one.at ?? 0) || BY.name(one, other),
    readers: (one, other) => (other.readers ?? 0) - (one.readers ?? 0) || BY.rate(one, other),
    events: (one, other) => (other.events ?? 0) - (one.events ?? 0) || BY.name(one, other),
    bytes: (one, other) => (other.bytes ?? 0) - (one.bytes ?? 0) || BY.name(one, other),
    newest: (one, other) => (other.at ?? 0) - (one.at ?? 0) || BY.name(one, other),
};

/**
 * Sorts rows, or keeps them in their previous order.
 *
 * @param held the names in the order to keep; null to sort
 * @returns `{ rows, moved }`, where `moved` is the number of rows that sorting would move
 */
export function arrange(rows, by, held) {
    const sorted = [...rows].sort(BY[by]);
    if (held === null) return { rows: sorted, moved: 0 };
    const places = new Map(held.map((name, i) => [name, i]));
    const place = ({ name }) => places.get(name) ?? held.length;
    const kept = [...sorted].sort((one, other) => place(one) - place(other));
    return { rows: kept, moved: kept.filter((row, i) => sorted[i] !== row).length };
}
