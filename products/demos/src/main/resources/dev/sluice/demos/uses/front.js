// Six live cards with one connection for all, closed while the page is hidden.
import { Sluice } from '../../client.js';
import { follow, HUB } from '../../page/program.js';
import { views } from './views.js';

const cards = [...document.querySelectorAll('.use')];
const client = `page-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
let sluice = null;

function open() {
    if (sluice) return;
    sluice = follow(new Sluice(HUB, { client }));
    sluice.on('state', ({ state }) => state === 'open' && watch());
    for (const card of cards) {
        const view = card.querySelector('.view');
        view.replaceChildren();
        views[card.dataset.use](view, sluice, { isCard: true });
    }
}

/** Wakes the programs, which publish only while somebody watches. */
function watch() {
    for (const card of cards) fetch(new URL(`${card.dataset.use}/watch`, location.href), { method: 'POST' });
}

function close() {
    sluice?.close();
    sluice = null;
}

document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
if (!document.hidden) open();
