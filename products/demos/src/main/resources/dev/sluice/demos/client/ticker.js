// Named events from a channel of the hub, like those for a dashboard.
import { Sluice } from '../../client.js';
import { find, HUB } from '../../page/program.js';
import { compare } from './compare.js';
import { follow, watch } from './state.js';
import { gap, row } from './rows.js';

compare('ticker');
const client = `page-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
let opened = 0;

const sluice = follow(new Sluice(HUB, { client }))
    .on('state', ({ state }) => state === 'open' && fetch('feed/ticker', { method: 'POST' }));
watch(sluice.channel('demos/ticker', { last: 20, join: true }))
    .on('open', () => (find('reconnects').textContent = opened++))
    .on('update', (event) => row(event, `${event.data.time} ${event.data.message}`))
    .on('sluice.gap', gap);
