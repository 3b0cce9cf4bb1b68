// The model of the connections that a page shows: the order, which is held on demand, and the pace of the requests.

// An overview of ten thousand connections may cost no more than this, so the page waits in proportion to the size of the answer.
const BYTES_PER_SECOND = 3000;
const PAUSE_MIN_MS = 2000;
const PAUSE_MAX_MS = 30_000;

/** The time to wait after an answer of this size. */
export const pauseMs = (bytes) => Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, (bytes / BYTES_PER_SECOND) * 1000));

/** The connections in their previous order, new ones last, without those that have ended. */
export function held(shown, found) {
    const place = new Map(shown.map(({ id }, index) => [id, index]));
    const at = ({ id }) => place.get(id) ?? shown.length;
    return found.toSorted((some, other) => at(some) - at(other)); // The sort is stable: new ones keep their order.
}

/** The name of a client, or its address: without a name, all connections of an address are ended together. */
export const client = ({ sub, address }) => sub ?? address;

/** The label of a client in a list: its name, its program as it names itself, or its address. */
export const label = ({ sub, agent, address }) => sub ?? agent ?? address;

/** Returns true for a page of this hub, which reads only the hub's own figures. */
export const isConsole = ({ channels }) => channels.length > 0 && channels.every((each) => each === '$stats' || each.startsWith('$stats/'));

/** The parameters that end all connections of the same client: its name, or its address if it has none. */
export const sameClient = ({ sub, address }) => (sub === undefined ? { address, sub: '' } : { sub });

/** The rates at which connections receive and fall behind, from two answers. */
export class Pace {
    #known = new Map(); // By id.

    /** Adds an answer. */
    take(connections, now) {
        const before = this.#known;
        this.#known = new Map(connections.map(({ id, bytes, behind = 0 }) => {
            const last = before.get(id);
            if (!last) return [id, { at: now, bytes, behind, pace: null }];
            const seconds = (now - last.at) / 1000;
            if (seconds < 1) return [id, last]; // Two requests in a row: too short for a rate.
            return [id, { at: now, bytes, behind, pace: { bytes: Math.max(0, bytes - last.bytes) / seconds, behind: (behind - last.behind) / seconds } }];
        }));
    }

    /** The bytes received and the events fallen behind per second; null if not known yet. */
    of(id) {
        return this.#known.get(id)?.pace ?? null;
    }
}

const FOLDED_MIN = 3;

const kindOf = (connection) => JSON.stringify([label(connection), connection.transport, connection.session, connection.channels, connection.patterns]);

/** The rows of a list: equal clients are one row, `{ kind, all }`, followed by each of them if the row is open. */
export function rowsOf(connections, open) {
    const kinds = new Map();
    for (const each of connections) kinds.set(kindOf(each), [...(kinds.get(kindOf(each)) ?? []), each]);
    return [...kinds].flatMap(([kind, all]) => {
        const each = all.map((connection) => ({ connection, isInner: all.length >= FOLDED_MIN }));
        if (all.length < FOLDED_MIN) return each;
        return [{ kind, all, isOpen: open.has(kind) }, ...(open.has(kind) ? each : [])];
    });
}
