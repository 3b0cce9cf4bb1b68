// The channel's figures, from the hub's statistics; without these, the rate is that of this page.
import { find } from '../dom.js';
import { link } from '../hub.js';
import { page } from '../requests.js';
import { bytes, put, set, short } from '../words.js';

const RATE_MS = 5000;
const LOOK_MS = 3000;
const FIRST_MS = 1200; // The hub records the figures of a channel a second after the first request.

export class Rate {
    #times = [];

    add(count, now) {
        if (this.#times.at(-1)?.now === now) this.#times.at(-1).count += count;
        else this.#times.push({ count, now });
    }

    at(now) {
        while (this.#times.length > 0 && this.#times[0].now < now - RATE_MS) this.#times.shift();
        return (this.#times.reduce((sum, { count }) => sum + count, 0) * 1000) / RATE_MS;
    }
}

/** Shows the number of readers and the kept events while the page is visible. */
export async function follow(channel, signal) {
    // Polls, because a stream would take one of the six connections per host that browsers open over HTTP/1.1.
    for (let pauseMs = FIRST_MS; !signal.aborted; pauseMs = LOOK_MS) {
        try {
            const { events } = await page(link(`$stats/channels/${channel}`), { snapshot: true }, signal);
            const figures = events.at(-1)?.data;
            if (figures) show(figures);
        } catch (error) {
            if (error.problem && error.retryMs === undefined) return; // The visitor may not see statistics.
        }
        await new Promise((done) => setTimeout(done, pauseMs));
    }
}

function show({ readers = 0, events = 0, bytes: size = 0 }) {
    set(find('figure-readers'), short(readers));
    put(find('figure-readers-word'), 'figure.readers', { n: readers });
    set(find('figure-kept'), short(events));
    set(find('figure-bytes'), `· ${bytes(size)}`);
    find('pill-readers').hidden = false;
    find('pill-kept').hidden = false;
}
