// An incident as a row of a list.
import { exactly, language, make, put, words } from '../../page/program.js';
import { incidentPage } from './api.js';
import { openState, stateOf } from './states.js';
import { expectation, span } from './strip.js';

/** Returns how long an incident has lasted, in milliseconds. */
export const duration = ({ first_failure: from, closed }) => Math.max(0, (closed ? Date.parse(closed) : Date.now()) - Date.parse(from));

/** Formats a time with its day, because a list of incidents covers months. */
export const day = (time) => new Date(time).toLocaleString(language(), { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** @param hasCheck whether the row names the check */
export function incidentRow(incident, hasCheck) {
    const row = make('li');
    const { closed, ending, title, check } = incident;
    const state = stateOf(!closed ? openState(incident) : ending === 'recovered' ? 'up' : 'unknown');
    if (closed) put(state.lastChild, `sense.ending.${ending}`);
    const first = row.appendChild(make('p'));
    const to = make('a', '', `${hasCheck ? `${title ?? check} · ` : ''}${day(incident.opened)}`);
    to.href = incidentPage(incident.id);
    to.title = exactly(new Date(incident.opened));
    const time = make('span', 'sense-duration', words(closed ? 'sense.lasted' : 'sense.for', { time: span(duration(incident)) }));
    first.append(to, ' ', state, ' · ', time);
    if (incident.acknowledged_by) first.append(' · ', words('sense.acknowledged', { name: incident.acknowledged_by }));
    row.append(make('p', 'quiet', expectation(incident)));
    return row;
}
