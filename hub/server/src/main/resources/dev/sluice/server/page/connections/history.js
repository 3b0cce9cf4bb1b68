// The connections by transport over time, as a chart that is always open.
import { Crosshair } from '../chart/crosshair.js';
import { find } from '../dom.js';
import { liveFigures } from '../stats/live.js';
import { METRICS } from '../stats/metrics.js';
import { number, words } from '../words.js';

const METRIC = { ...METRICS.connections, title: 'connections.over-time' };

/** Draws the history as long as there are figures. @param isHeld returns true while the page should not change */
export function drawHistory(isHeld) {
    let seen = null;
    let card = null;
    const draw = () => card?.draw(METRIC, ...seen);
    liveFigures(async (...figures) => {
        if (isHeld()) return;
        seen = figures;
        const sockets = figures[0].now('capacity')?.connections?.used;
        if (sockets) find('count').title = words('connections.sockets', { n: number(sockets) });
        if (card === null) {
            const loaded = await import('../chart/card.js').catch(() => null);
            if (loaded === null) return; // The hub is away: the next draw tries again.
            card ??= new loaded.ChartCard(new Crosshair(), draw);
        }
        draw();
    });
}
