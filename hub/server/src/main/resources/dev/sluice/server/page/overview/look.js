// The line of problems, each with a link to the page that shows it: a hub that fills up, refuses or falls behind, and
// checks that are down. Empty if there are none.
import '../later-words.js';
import { find } from '../dom.js';
import { HUB } from '../hub.js';
import { USUALLY_FULL } from '../stats/figures.js';
import { html, render } from '../vendor/preact.js';
import { number, words, wordsOr } from '../words.js';

const FULL = 0.8;
const HEAP_FULL = 0.95; // Much of it is garbage before a collection.
const BEHIND_EVENTS = 1000;
const LOOP_MS = 100;
const SLOW_MAX = 3;
const at = (path) => new URL(path, HUB).pathname;

/** The problems, worst first, as `{ to, said }`. @param down the number of Sense's checks that are down */
function findings(figures, down) {
    const found = [];
    const traffic = figures.now('traffic') ?? {};
    if (down > 0) found.push({ to: at('sense/'), said: words('look.down', { n: number(down) }) });
    const slow = Object.values(figures.now('slowest') ?? {}).filter(({ events = 0 }) => events >= BEHIND_EVENTS);
    if (slow.length === 0 && (traffic.furthestEvents ?? 0) >= BEHIND_EVENTS) {
        found.push({ to: at('connections'), said: words('look.behind', { n: number(traffic.behind ?? 0), events: number(traffic.furthestEvents) }) });
    }
    for (const { sub, address, channel, events } of slow.slice(0, SLOW_MAX)) {
        const one = new URLSearchParams({ by: sub ? 'sub' : 'address', text: sub ?? address });
        found.push({ to: `${at('connections')}#${one}`, said: words('look.slowest', { name: sub ?? address, events: number(events), channel }) });
    }
    for (const [name, { used = 0, max }] of Object.entries(figures.now('capacity') ?? {})) {
        const isFull = max > 0 && used / max >= (name === 'heapBytes' ? HEAP_FULL : FULL);
        if (!isFull || USUALLY_FULL.includes(name)) continue;
        found.push({ to: at('settings'), said: words('look.full', { what: wordsOr(`capacity.${name}`, name), percent: Math.round((100 * used) / max) }) });
    }
    if ((traffic.loopDelayMs ?? 0) >= LOOP_MS) found.push({ to: '#chart=delay', said: words('look.slow', { ms: number(traffic.loopDelayMs) }) });
    const refused = figures.sum('traffic', (data) => data.refused);
    if (refused > 0) found.push({ to: '#chart=published', said: words('look.refused', { n: number(refused) }) });
    const gaps = figures.sum('traffic', (data) => data.gaps);
    if (gaps > 0) found.push({ to: at('connections'), said: words('look.gaps', { n: number(gaps) }) });
    return found;
}

/** @param isKnown true if the page has current figures, false if it has lost its connection */
export function drawLook(figures, down, isKnown) {
    const found = isKnown ? findings(figures, down) : [];
    render(html`${found.map(({ to, said }) => html`<li><a href=${to}>${said}</a></li>`)}`, find('look'));
}
