// Shows the state of a client of client.js in the shell.
import { find } from './dom.js';
import { reason as inWords } from './reason.js';
import { words } from './words.js';

let current = null;

/** Follows the state of this client from now on. @param line the page's StateLine */
export function follow(sluice, line) {
    current = sluice;
    const show = ({ state, transport, at, reason, error }) => {
        if (sluice !== current || state === 'idle') return;
        if (state !== 'stopped') line.show(state, { until: at, why: () => words('state.why.cut') });
        else if (error?.status) line.show('failed', { why: () => (error.problem ? inWords(error) : reason) }); // Otherwise the page itself has closed it.
        if (transport) line.figure('transport', words(`transport.${transport}`));
    };
    sluice.on('state', show);
    show(sluice.state);
    return sluice;
}

find('again').addEventListener('click', () => current?.retry());
document.addEventListener('languagechange', () => current?.state.transport && set(current.state.transport));

function set(transport) {
    find('figure-transport').textContent = words(`transport.${transport}`);
}
