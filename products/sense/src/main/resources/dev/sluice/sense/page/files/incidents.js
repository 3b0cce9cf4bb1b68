// All incidents, the newest first.
import { find, make, put } from '../../page/program.js';
import { ask, doing, refuse } from './api.js';
import { incidentRow } from './incident-row.js';
import { connect } from './live.js';

const PAGE = 50;
let shown = [];

const sluice = connect();
sluice.channel('sense/alerts').on('open', read).on('*', read);
sluice.channel('sense/incidents').on('acknowledged', read);

function draw() {
    find('sense').removeAttribute('data-loading');
    find('incidents').replaceChildren(...shown.map((each) => incidentRow(each, true)));
    if (shown.length === 0) find('incidents').append(put(make('li', 'quiet'), 'sense.no-incidents'));
}

/** Reads the newest incidents again; older ones that were loaded stay. */
async function read() {
    try {
        const { incidents } = await ask(`incidents?limit=${PAGE}`);
        const last = incidents.at(-1)?.id ?? 0;
        find('older').hidden = shown.length === 0 ? incidents.length < PAGE : find('older').hidden;
        shown = [...incidents, ...shown.filter(({ id }) => id < last)];
        find('said').hidden = true;
        draw();
    } catch (error) {
        refuse(find('said'), error);
    }
}

doing(find('older'), 'said', async () => {
    const { incidents } = await ask(`incidents?limit=${PAGE}&before=${shown.at(-1).id}`);
    shown.push(...incidents);
    find('older').hidden = incidents.length < PAGE;
    draw();
});
document.addEventListener('languagechange', draw);
