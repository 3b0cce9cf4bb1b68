// The hub's live figures, from the channel of its statistics.
import { Sluice } from '../../client.js';
import { HUB } from '../hub.js';
import { BACKOFF } from '../pace.js';
import { whileSeen } from '../sight.js';
import { Figures } from './figures.js';

const DRAW_MS = 1000;

/** A client for the statistics. No other transport delivers them sooner, so it seldom tries a better one. */
export const statistics = () => new Sluice(HUB, { betterMs: 600_000, backoff: BACKOFF });

/**
 * Fills figures with their history, and follows them.
 *
 * @param refused called if the visitor may not read the statistics: the figures then stay empty
 */
export function fill(figures, sluice, refused = () => {}) {
    sluice.channel('$stats', { since: '15m' })
        .on('*', (event) => event.data && figures.take(event))
        .on('sluice.gap', () => figures.lose())
        .on('error', refused);
}

/**
 * Follows the hub's figures for a page that polls everything else.
 *
 * @param draw called with the figures and the time about once a second, while there are figures and the page is visible
 */
export function liveFigures(draw) {
    const figures = new Figures();
    let sluice = null;
    const wake = () => {
        if (sluice !== null) return;
        sluice = statistics();
        fill(figures, sluice);
    };
    const rest = () => {
        sluice?.close();
        sluice = null;
    };
    const tick = () => {
        if (document.hidden || figures.isEmpty) return;
        const now = Date.now();
        if (sluice?.state.state === 'open') figures.know(now);
        draw(figures, now);
    };
    whileSeen(rest, wake);
    document.addEventListener('languagechange', tick);
    setInterval(tick, DRAW_MS);
    wake();
}
