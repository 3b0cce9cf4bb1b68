// A figure with its history as a line, and its maximum as text.
import { paths } from '../spark.js';
import { html } from '../vendor/preact.js';
import { words } from '../words.js';

const [WIDTH, HEIGHT] = [600, 56];

/**
 * @param value  as text
 * @param values its history; null if unknown
 * @param most   the maximum of these, as text
 * @param span   the time that they span, as text
 */
export function History({ label, value, values, most, span }) {
    const { line, area, unknown } = paths(values, WIDTH, HEIGHT);
    return html`<div class="history">
        <div class="fact"><span class="name">${label}</span><span>${value}</span></div>
        <svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path class="unknown" d=${unknown} /><path class="area" d=${area} /><path class="line" d=${line} /></svg>
        <p class="quiet">${words('history.most', { n: most, span })}</p>
    </div>`;
}
