// All incidents, the newest first.
import { find, make, put } from '../../page/program.js';
import { ask, doing, refuse } from './api.js';
import { incidentRow } from './incident-row.js';
import { connect } from './live.js';

const PAGE = 50;
let shown = [];
let reads = 0;
let drawn = 0; // The read whose response was drawn last.

const sluice = connect();
sluice.channel('sense/alerts').on('open', read).on('*', read);
sluice.channel('sense/incidents').on('acknowledged', read);

function draw() {
    find('sense').removeAttribute('data-loading');
    find('incidents').replaceChildren(...shown.map((each) => incidentRow(each, true)));
    if (shown.length === 0) find('incidents').append(put(make('li', 'quiet'), 'sense.no-incidents'));
}

/** Reads the newest incidents again; older ones that were loaded stay, unless others might be missing between. */
async function read() {
    const mine = ++reads;
    try {
        const { incidents } = await ask(`incidents?limit=${PAGE}`);
        if (mine < drawn) return; // A later request has data that is at least as new.
        drawn = mine;
        const last = incidents.at(-1)?.id ?? 0;
        const isFull = incidents.length === PAGE;
        if (shown.length === 0 || (isFull && last > shown[0].id)) {
            shown = incidents;
            find('older').hidden = !isFull;
        } else {
            shown = [...incidents, ...shown.filter(({ id }) => id < last)];
        }
        find('said').hidden = true;
        draw();
    } catch (error) {
        if (mine > drawn) refuse(find('said'), error);
    }
}

doing(find('older'), 'said', async () => {
    const last = shown.at(-1).id;
    const { incidents } = await ask(`incidents?limit=${PAGE}&before=${last}`);
    if (shown.at(-1).id !== last) return; // A later read has replaced the list.
    shown.push(...incidents);
    find('older').hidden = incidents.length < PAGE;
    draw();
});
document.addEventListener('languagechange', draw);
