// An incident in a list.
import { clock, exactly, make, put, words } from '../../page/program.js';
import { incidentPage } from './api.js';
import { stateOf } from './states.js';
import { expectation, span } from './strip.js';

/** How long an incident has lasted, in milliseconds. */
export const duration = ({ first_failure: from, closed }) => Math.max(0, (closed ? Date.parse(closed) : Date.now()) - Date.parse(from));

/** @param hasCheck whether it names its check */
export function incidentRow(incident, hasCheck) {
    const row = make('li');
    const state = stateOf(incident.closed ? 'up' : 'down');
    put(state.lastChild, incident.closed ? `sense.ending.${incident.ending}` : 'sense.is.down');
    const first = row.appendChild(make('p'));
    const to = make('a', '', `${hasCheck ? `${incident.check} · ` : ''}${clock(new Date(incident.opened), false)}`);
    to.href = incidentPage(incident.id);
    to.title = exactly(new Date(incident.opened));
    first.append(to, ' ', state, ' ', words('sense.for', { time: span(duration(incident)) }));
    if (incident.acknowledged_by) first.append(' · ', words('sense.acknowledged', { name: incident.acknowledged_by }));
    row.append(make('p', 'quiet', expectation(incident)));
    return row;
}
