// The server's time from a channel of the hub, until the user disconnects.
import { Sluice } from '../../client.js';
import { find, HUB } from '../../page/program.js';
import { compare } from './compare.js';
import { follow, watch } from './state.js';
import { gap, row } from './rows.js';

compare('live');
const client = `page-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
let sluice;

function connect() {
    find('rows').replaceChildren();
    connected(true);
    sluice = follow(new Sluice(HUB, { client }))
        .on('state', ({ state }) => state === 'open' && fetch('feed/live', { method: 'POST' }));
    watch(sluice.channel('demos/live', { last: 20, join: true }))
        .on('message', (event) => row(event, event.data.message))
        .on('sluice.gap', gap);
}

function connected(is) {
    find('connect').disabled = is;
    find('disconnect').disabled = !is;
}

find('connect').onclick = connect;
find('disconnect').onclick = () => {
    sluice.close();
    connected(false);
};
connect();
