// The outcomes of the visible checks: the channel of a check is subscribed while its tile is visible.

/** The maximum number of channels read at once: those of all tiles of the wall. A session may have 256 subscriptions. */
const CHANNELS_MAX = 200;

/** The number of outcomes with which a strip starts. */
const LAST = 90;

export class Samples {
    #sluice;
    #take;
    #read = new Map(); // By name: the channel.
    #names = new WeakMap();
    #sight = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: '200px' });

    /** @param take receives the name and the data of each outcome */
    constructor(sluice, take) {
        this.#sluice = sluice;
        this.#take = take;
    }

    watch(element, name) {
        this.#names.set(element, name);
        this.#sight.observe(element);
    }

    unwatch(element) {
        this.#sight.unobserve(element);
        const name = this.#names.get(element);
        this.#read.get(name)?.close();
        this.#read.delete(name);
    }

    #seen(entries) {
        for (const { target, isIntersecting } of entries) {
            const name = this.#names.get(target);
            if (!isIntersecting || !target.isConnected || this.#read.has(name) || this.#read.size >= CHANNELS_MAX) continue;
            const channel = this.#sluice.channel(`sense/samples/${name}`, { last: LAST, type: 'sample' });
            channel.on('sample', ({ data }) => this.#take(name, data));
            this.#read.set(name, channel);
        }
    }
}
