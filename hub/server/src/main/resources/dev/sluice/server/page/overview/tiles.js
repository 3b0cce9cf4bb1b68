// The five tiles: the hub's figures now or at the time under the pointer, and their history of the last 15 minutes.
import { find } from '../dom.js';
import { draw, mark } from '../spark.js';
import { METRICS } from '../stats/metrics.js';
import { age, clock, set } from '../words.js';

/** Draws all tiles. @param at the step under the pointer; null if there is none: the tiles then show the current figures */
export function drawTiles(figures, now, at) {
    const times = figures.times(now);
    for (const each of document.querySelectorAll('.tile .span')) set(each, age(figures.spanMs(now)));
    for (const [name, { lines, text, more }] of Object.entries(METRICS)) {
        const [{ group, pick }] = lines(figures);
        const data = figures.measured(group, pick, now) ?? figures.now(group);
        if (data === null) continue;
        const values = figures.series(group, pick, now);
        const value = at === null ? pick(data) : values[at];
        set(find(`tile-${name}`), value === undefined || value === null ? '–' : text(value));
        set(find(`more-${name}`), at === null ? more(data, figures) : clock(new Date(times[at]), false));
        draw(find(`spark-${name}`), values);
        mark(find(`spark-${name}`), at, values.length);
    }
}
