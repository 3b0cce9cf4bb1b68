// The received events, the newest at the top.
import { clock, exactly, find, make, words } from '../../page/program.js';

const ROWS_MAX = 200;

/** Shows an event or a notice as a line of text. */
export function row({ type, time }, text) {
    const line = make('li');
    const at = time ? new Date(time) : new Date();
    const when = make('time', '', clock(at));
    when.title = exactly(at);
    line.append(when, make('b', '', type), make('span', '', text));
    find('rows').prepend(line);
    while (find('rows').childElementCount > ROWS_MAX) find('rows').lastChild.remove();
}

/** Shows that events are missing here. */
export function gap({ type, after = '…', resume, reason }) {
    row({ type }, words(`gap.${reason}`, { after, resume }));
}
