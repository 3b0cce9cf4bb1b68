// The connections that a page shows, without the page: the order, which is held on demand, and the pace of its requests.

// An overview of ten thousand connections may cost no more than this, so the page waits in proportion to what came.
const BYTES_PER_SECOND = 3000;
const PAUSE_MIN_MS = 2000;
const PAUSE_MAX_MS = 30_000;

/** How long to wait after an answer of this size. */
export const pauseMs = (bytes) => Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, (bytes / BYTES_PER_SECOND) * 1000));

/** The connections in the order shown before, new ones after them; those that are gone are left out. */
export function held(shown, found) {
    const place = new Map(shown.map(({ id }, index) => [id, index]));
    const at = ({ id }) => place.get(id) ?? shown.length;
    return found.toSorted((some, other) => at(some) - at(other)); // The sort is stable: new ones keep their order.
}

/** The name of a client: who it is, or where. */
export const client = ({ sub, address }) => sub ?? address;

/** The request that ends all connections of the same client: by its name, or by its address if it has none. */
export const sameClient = ({ sub, address }) => (sub === undefined ? { address, sub: '' } : { sub });
