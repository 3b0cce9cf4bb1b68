// The uptime of a check: a row for each window that was monitored completely, and one for the time since
// monitoring started.
import { age, clock, make, number, put, words } from '../../page/program.js';
import { milliseconds } from './strip.js';

/** Formats a share as a percentage, never rounded up, so that any downtime is visible. */
const percent = (share) => `${number(Math.floor(share * 100_000) / 1_000)} %`;

const WINDOWS = { '24h': 'day', '7d': 'week', '30d': 'month', '90d': 'quarter' };

/** The share of unknown time below which it is not shown. */
const UNKNOWN_SHARE = 0.01;

const isWhole = ({ since, from }) => Date.parse(from) <= Date.parse(since);

/** Returns the windows to show: of those longer than the monitored time, only the first, because all cover the same time. */
export const knownWindows = (windows) => [...windows.filter(isWhole), ...windows.filter((each) => !isWhole(each)).slice(0, 1)];

/** @param windows the windows of the API's uptime */
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
