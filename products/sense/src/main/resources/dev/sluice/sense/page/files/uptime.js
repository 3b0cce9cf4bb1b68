// How much of the time a check was up: a row for each window that was watched from its beginning, and one since then.
import { age, clock, make, number, put, words } from '../../page/program.js';
import { milliseconds } from './strip.js';

/** A share as a percentage, never rounded up: what was down is seen. */
const percent = (share) => `${number(Math.floor(share * 100_000) / 1_000)} %`;

const WINDOWS = { '24h': 'day', '7d': 'week', '30d': 'month', '90d': 'quarter' };

/** Windows with less unknown time than this part are not said to have any. */
const UNKNOWN_SHARE = 0.01;

const isWhole = ({ since, from }) => Date.parse(from) <= Date.parse(since);

/** The windows of which something can be said: all that is longer than Sense has watched is the same time. */
export const knownWindows = (windows) => [...windows.filter(isWhole), ...windows.filter((each) => !isWhole(each)).slice(0, 1)];

/** @param windows of the API's uptime */
export function uptimeRows(windows) {
    return knownWindows(windows).map((each) => {
        const { window, from, uptime, up_ms: up, down_ms: down, maintenance_ms: planned, unknown_ms: unknown, latency_p50_ms: p50, latency_p95_ms: p95 } = each;
        const row = make('tr');
        const title = row.appendChild(make('th', '', isWhole(each) ? words(`sense.window.${WINDOWS[window]}`) : words('sense.window.since', { time: clock(new Date(from), false) })));
        title.scope = 'row';
        const all = up + down + planned + unknown;
        if (unknown > Math.max(1_000, UNKNOWN_SHARE * all)) title.append(make('small', 'quiet', words('sense.unknown.for', { time: age(unknown) })));
        row.append(make('td', 'figure', uptime === undefined ? '–' : percent(uptime)));
        const out = row.appendChild(make('td', 'figure'));
        if (uptime === undefined) out.textContent = '–';
        else if (down === 0) put(out, 'sense.no-downtime');
        else out.textContent = age(down);
        row.append(make('td', 'figure', p50 === undefined ? '–' : milliseconds(p50)), make('td', 'figure', p95 === undefined ? '–' : milliseconds(p95)));
        return row;
    });
}
