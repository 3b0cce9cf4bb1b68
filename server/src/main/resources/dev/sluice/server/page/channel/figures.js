// The channel's own figures, from the hub's statistics; without them, the rate is that of this page.
import { find } from '../dom.js';
import { link } from '../hub.js';
import { transports } from '../transports.js';
import { bytes, set, short } from '../words.js';

const RATE_MS = 5000;

export class Rate {
    #times = [];

    add(count, now) {
        this.#times.push({ count, now });
    }

    at(now) {
        while (this.#times.length > 0 && this.#times[0].now < now - RATE_MS) this.#times.shift();
        return (this.#times.reduce((sum, { count }) => sum + count, 0) * 1000) / RATE_MS;
    }
}

/** Shows the number of readers and what is kept, while the page is in sight. */
export async function follow(channel, signal) {
    try {
        for await (const { event } of transports.sse(link(`$stats/channels/${channel}`), { snapshot: true }, signal)) {
            if (!event?.data) continue;
            const { readers = 0, events = 0, bytes: size = 0 } = event.data;
            set(find('figure-readers'), short(readers));
            set(find('figure-kept'), short(events));
            set(find('figure-bytes'), `· ${bytes(size)}`);
            find('pill-readers').hidden = false;
            find('pill-kept').hidden = false;
        }
    } catch {
        // Refused where the visitor may not see statistics, or cut with the page's own connection: then it has none.
    }
}
