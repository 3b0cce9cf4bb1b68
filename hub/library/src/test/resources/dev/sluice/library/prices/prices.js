import { Sluice } from '../client.js';
import { HUB, find, follow, make, words } from '../page/program.js';

follow(new Sluice(HUB)).channel('prices').on('message', ({ key }) => {
    find('prices').append(make('li', '', words('prices.new', { stock: key })));
});
