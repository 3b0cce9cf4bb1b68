// How much of the time a check was up: a row for each window.
import { age, make, number, put } from '../../page/program.js';
import { milliseconds } from './strip.js';

/** A share as a percentage, never rounded up: what was down is seen. */
const percent = (share) => `${number(Math.floor(share * 100_000) / 1_000)} %`;

const WINDOWS = { '24h': 'day', '7d': 'week', '30d': 'month', '90d': 'quarter' };

/** Windows with less unknown time than this part are not said to have any. */
const UNKNOWN_SHARE = 0.01;

/** @param windows of the API's uptime */
export function uptimeRows(windows) {
    return windows.map(({ window, uptime, up_ms: up, down_ms: down, maintenance_ms: planned, unknown_ms: unknown, latency_p50_ms: p50, latency_p95_ms: p95 }) => {
        const row = make('tr');
        row.append(put(make('th'), `sense.window.${WINDOWS[window]}`));
        row.firstChild.scope = 'row';
        row.append(make('td', 'figure', uptime === undefined ? '–' : percent(uptime)));
        const out = row.appendChild(make('td', 'figure'));
        if (uptime === undefined || down === 0) put(out, uptime === undefined ? 'sense.unknown' : 'sense.no-downtime');
        else out.textContent = age(down);
        row.append(make('td', 'figure', p50 === undefined ? '–' : milliseconds(p50)), make('td', 'figure', p95 === undefined ? '–' : milliseconds(p95)));
        const isIncomplete = unknown > UNKNOWN_SHARE * (up + down + planned + unknown);
        row.append(make('td', 'figure', isIncomplete ? age(unknown) : ''));
        return row;
    });
}
