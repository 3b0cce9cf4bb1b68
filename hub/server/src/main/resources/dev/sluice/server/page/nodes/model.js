// The model of the nodes that a page shows.

const HISTORY = 60; // Seconds.
const BEHIND = 1000; // Proposals; a node that is further behind is not ready.

/** The newest answer of `$stats/nodes`, and the deliveries of each node in each second of the last minute. */
export class Nodes {
    #delivered = new Map(); // By address: a figure for each second; null: unknown, or the node did not answer.
    #tickedAt = null;
    #answer = null;

    take(answer) {
        this.#answer = answer;
    }

    /** Records the current figures: no answer means no change. Call it once a second while the page is connected. */
    tick(now) {
        const answer = this.#answer;
        if (answer === null) return;
        const missed = this.#tickedAt === null ? 0 : Math.min(HISTORY, Math.max(0, Math.floor((now - this.#tickedAt) / 1000) - 1));
        this.#tickedAt = now;
        for (const address of this.#delivered.keys()) if (!(address in answer.nodes)) this.#delivered.delete(address);
        for (const [address, { figures }] of Object.entries(answer.nodes)) {
            const values = this.#delivered.get(address) ?? [];
            values.push(...new Array(missed).fill(null), figures ? (figures.delivered ?? 0) : null);
            this.#delivered.set(address, values.slice(-HISTORY));
        }
    }

    get isEmpty() {
        return this.#answer === null;
    }

    /** The address of the node that was asked. */
    get self() {
        return this.#answer?.self;
    }

    /** The nodes to draw, by address. */
    rows() {
        return Object.entries(this.#answer?.nodes ?? {}).map(([address, node]) => ({
            address,
            isSelf: address === this.#answer.self,
            isBehind: (node.lag ?? 0) >= BEHIND,
            values: this.#delivered.get(address) ?? [],
            ...node,
        }));
    }

    /** The sums over the nodes that answer, and the addresses of the others, which the page names beside the sums. */
    totals() {
        return totals(this.#answer);
    }
}

export function totals(answer) {
    const all = Object.entries(answer?.nodes ?? {});
    const figures = all.map(([, node]) => node.figures).filter(Boolean);
    const sum = (name) => figures.reduce((total, each) => total + (each[name] ?? 0), 0);
    return {
        // Each node applies every event, so the sum would count them several times.
        published: Math.max(0, ...figures.map(({ published = 0 }) => published)),
        delivered: sum('delivered'),
        deliveredBytes: sum('deliveredBytes'),
        connections: sum('connections'),
        readers: sum('readers'),
        answering: figures.length,
        count: all.length,
        missing: all.filter(([, node]) => !node.figures).map(([address]) => address),
    };
}
