// What needs a look: a hub that fills up, refuses or falls behind; and channels that have ended lately.
import { find } from '../dom.js';
import { link } from '../hub.js';
import { html, render } from '../vendor/preact.js';
import { age, number, put, words } from '../words.js';

const FULL = 0.8;
const BEHIND_EVENTS = 1000;
const LOOP_MS = 100;
const ENDED_MS = 3600_000;
const ENDED_MAX = 3;

function findings(figures, ended, now) {
    const found = [];
    const traffic = figures.now('traffic') ?? {};
    for (const [name, { used = 0, max }] of Object.entries(figures.now('capacity') ?? {})) {
        if (max > 0 && used / max >= FULL) found.push(words('look.full', { what: words(`capacity.${name}`), percent: Math.round((100 * used) / max) }));
    }
    if ((traffic.furthestEvents ?? 0) >= BEHIND_EVENTS) {
        found.push(words('look.behind', { n: number(traffic.behind ?? 0), events: number(traffic.furthestEvents) }));
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

export function drawLook(figures, ended, now) {
    const found = findings(figures, ended, now);
    put(find('look-title'), found.length > 0 ? 'look.some' : 'look.fine', { n: number(found.length) });
    const items = found.length > 0 ? found.map((each) => html`<li><span>${each}</span></li>`) : html`<li class="fine">${words('look.none')}</li>`;
    render(html`${items}`, find('look'));
}
