// Shows the state of a client's connection in the state line that all pages of the hub have.
import { find, number, stateLine, words } from '../../page/program.js';

const line = stateLine();
let shown = null;
let received = 0;

/** Shows the state of this client from now on. */
export function follow(sluice) {
    shown = sluice;
    sluice.on('state', (state) => sluice === shown && show(state));
    return sluice;
}

/** Shows the number of events received from this channel, the age of the newest and the lag. */
export function watch(channel) {
    line.figure('behind', number(0));
    channel.on('*', ({ time }) => {
        line.figure('received', number(++received));
        if (time) line.newest(Date.parse(time));
    });
    channel.on('sluice.lag', ({ behind }) => line.figure('behind', number(behind)));
    channel.on('error', ({ message }) => line.show('failed', { why: () => message }));
    return channel;
}

function show({ state, transport, at, reason, error }) {
    if (state === 'stopped') line.show(error.status ? 'failed' : 'ended', reason === 'Closed.' ? {} : { why: () => reason }); // The user closed it.
    else line.show(state, { until: at, why: () => words('state.why.cut') });
    find('state').title = state === 'waiting' ? reason : '';
    if (transport) line.figure('transport', words(`transport.${transport}`));
}

find('again').addEventListener('click', () => shown?.retry());
document.addEventListener('languagechange', () => shown?.state.transport && show(shown.state));
