// The list of things to look at: a hub that fills up, refuses or falls behind; and channels that have ended lately.
import { find } from '../dom.js';
import { HUB, link } from '../hub.js';
import { USUALLY_FULL } from '../stats/figures.js';
import { html, render } from '../vendor/preact.js';
import { age, number, put, words, wordsOr } from '../words.js';

const FULL = 0.8;
const HEAP_FULL = 0.95; // Much of it is garbage before a collection.
const BEHIND_EVENTS = 1000;
const LOOP_MS = 100;
const ENDED_MS = 3600_000;
const ENDED_MAX = 3;
const SLOW_MAX = 3;
const CONNECTIONS = new URL('connections', HUB).pathname;

function findings(figures, ended, now) {
    const found = [];
    const traffic = figures.now('traffic') ?? {};
    for (const [name, { used = 0, max }] of Object.entries(figures.now('capacity') ?? {})) {
        const isFull = max > 0 && used / max >= (name === 'heapBytes' ? HEAP_FULL : FULL);
        if (!isFull || USUALLY_FULL.includes(name)) continue;
        found.push(words('look.full', { what: wordsOr(`capacity.${name}`, name), percent: Math.round((100 * used) / max) }));
    }
    const slow = Object.values(figures.now('slowest') ?? {}).filter(({ events = 0 }) => events >= BEHIND_EVENTS);
    if (slow.length === 0 && (traffic.furthestEvents ?? 0) >= BEHIND_EVENTS) {
        found.push(words('look.behind', { n: number(traffic.behind ?? 0), events: number(traffic.furthestEvents) }));
    }
    for (const { sub, address, channel, events } of slow.slice(0, SLOW_MAX)) {
        found.push(html`<a href=${CONNECTIONS}>${sub ?? address}</a> ${words('look.slowest', { events: number(events), channel })}`);
    }
    if ((traffic.loopDelayMs ?? 0) >= LOOP_MS) found.push(words('look.slow', { ms: number(traffic.loopDelayMs) }));
    const refused = figures.sum('traffic', (data) => data.refused);
    if (refused > 0) found.push(words('look.refused', { n: number(refused) }));
    const gaps = figures.sum('traffic', (data) => data.gaps);
    if (gaps > 0) found.push(words('look.gaps', { n: number(gaps) }));
    const lately = ended.filter(({ at }) => at !== null && now - at < ENDED_MS).slice(0, ENDED_MAX);
    for (const { name, at } of lately) found.push(html`<a href=${link(name)}>${name}</a> ${words('look.ended', { age: age(now - at) })}`);
    return found;
}

/** @param isKnown whether the page has the figures of now: its visitor may not read them, or the hub is away */
export function drawLook(figures, ended, now, isKnown) {
    const found = isKnown ? findings(figures, ended, now) : [];
    if (!isKnown) put(find('look-title'), 'look.unknown');
    else put(find('look-title'), found.length > 0 ? 'look.some' : 'look.fine', { n: number(found.length) });
    const items = found.length > 0 ? found.map((each) => html`<li><span>${each}</span></li>`) : isKnown && html`<li class="fine">${words('look.none')}</li>`;
    render(html`${items}`, find('look'));
}
