// A sample of new events: polls for the newest events of all channels from time to time. A stream of all events would
// cost a busy hub and this page thousands of events a second, of which the page shows a few.
import { find } from '../dom.js';
import { link } from '../hub.js';
import { preview } from '../preview.js';
import { toneOf } from '../tone.js';
import { Refused, page } from '../requests.js';
import { html, render } from '../vendor/preact.js';

const EVENTS = 8;
const PAUSE_MS = 4000;
const COLOURS = /\u001b\[[\d;]*[A-Za-z]/g; // Terminal colours, for which a line has no room.
const BYTES_PER_MS = 0.6; // The larger the events, the longer the pause.

function Line({ event }) {
    return html`<li class="tone-${toneOf(event.channel)}"><a href=${link(event.channel)} title=${event.channel}><bdi>${short(event.channel)}</bdi></a><span>${preview(event).replace(COLOURS, '')}</span></li>`;
}

/** The first and the last segment, which tell channels apart. */
function short(name) {
    const segments = name.split('/');
    return segments.length <= 2 ? name : `${segments[0]}/…/${segments.at(-1)}`;
}

export class Tail {
    #isRunning = false;
    #isRefused = false; // The visitor may not read all channels.
    #newest = null;
    #events = [];

    get isEmpty() {
        return this.#events.length === 0;
    }

    /** Requests a sample, unless a request is under way or was refused. */
    async sample(signal) {
        if (this.#isRunning || this.#isRefused) return;
        this.#isRunning = true;
        try {
            const { events } = await page(link('**'), { last: EVENTS, limit: EVENTS }, signal);
            this.#take(events.filter((each) => !each.removed));
            const size = JSON.stringify(events).length;
            await new Promise((resolve) => setTimeout(resolve, Math.max(PAUSE_MS, size / BYTES_PER_MS)));
        } catch (error) {
            // The page's own connection shows that the hub is away; a refusal leaves the list empty.
            this.#isRefused = error instanceof Refused && error.retryMs === undefined;
        }
        this.#isRunning = false;
    }

    #take(events) {
        const since = events.findIndex(({ id }) => id === this.#newest);
        const fresh = events.slice(since + 1).reverse();
        this.#newest = events.at(-1)?.id ?? this.#newest;
        this.#events = [...fresh, ...this.#events].slice(0, 40);
        find('now-empty').hidden = this.#events.length > 0;
        render(html`${this.#events.map((event) => html`<${Line} key=${event.id} event=${event} />`)}`, find('now'));
    }
}
