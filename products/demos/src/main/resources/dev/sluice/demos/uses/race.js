// Two readers of the same numbers, counted from the first number that both have received, so that neither
// starts behind.

/** The maximum number of received numbers that are kept while the other reader has none. */
const WAITING_MAX = 1_000;

export class Race {
    #lanes;
    #waiting;
    #begin = null;

    /** @param lanes two objects with a method `number(n)` */
    constructor(lanes) {
        this.#lanes = lanes;
        this.#waiting = lanes.map(() => []);
    }

    /** @param lane the index of the lane */
    take(lane, n) {
        if (this.#begin !== null) {
            if (n >= this.#begin) this.#lanes[lane].number(n);
            return;
        }
        this.#waiting[lane].push(n);
        if (this.#waiting[lane].length > WAITING_MAX) this.#waiting[lane].shift();
        if (this.#waiting.some((all) => all.length === 0)) return;
        this.#begin = Math.max(...this.#waiting.map(([first]) => first));
        this.#waiting.forEach((all, i) => all.filter((each) => each >= this.#begin).forEach((each) => this.#lanes[i].number(each)));
    }
}

/** Returns the parts of two bars of the same scale: what each reader has and what it lost, as percentages of the maximum. */
export function bars(lanes) {
    const most = Math.max(1, ...lanes.map(({ received, repeated, lost }) => received - repeated + lost));
    return lanes.map(({ received, repeated, lost }) => ({ has: (100 * (received - repeated)) / most, lost: (100 * lost) / most }));
}
