// How a client's line is, in the place and the words that all pages of the hub have.
import { StateLine, find } from '/page/frame.js';
import { language, number, words } from '/page/words.js';

const line = new StateLine();
let shown = null;
let received = 0;

/** Shows this client from now on. */
export function follow(sluice) {
    shown = sluice;
    sluice.on('state', (state) => sluice === shown && show(state));
    return sluice;
}

/** Counts what comes from this channel, and shows how old the newest of it is and how many are still to come. */
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
    if (state === 'stopped') line.show(error.status ? 'failed' : 'ended', { why: () => why(reason) });
    else line.show(state, { until: at, why: () => words('state.why.cut') });
    find('state').title = state === 'waiting' ? reason : '';
    if (transport) line.figure('transport', words(`transport.${transport}`));
}

/** The hub's own words; of its own end a client only says that. */
function why(reason) {
    if (reason !== 'Closed.') return reason;
    return language() === 'zh' ? '已离开' : 'you have left';
}

find('again').addEventListener('click', () => shown?.retry());
document.addEventListener('languagechange', () => shown?.state.transport && show(shown.state));
