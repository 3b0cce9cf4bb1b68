// The steps of a client in a trace: it connected, resumed, missed events, left.
import { transportName } from '../stats/metrics.js';
import { html } from '../vendor/preact.js';
import { clock, words } from '../words.js';
import { over } from './table.js';

/** The remaining time of a trace, as text. */
export function left({ running, until }) {
    return running ? words('trace.left', { n: Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 1000)) }) : words('trace.over');
}

export function Steps({ trace: { steps } }) {
    return html`<ol class="steps">${steps.map(
        (each) => html`<li><span class="quiet">${clock(new Date(each.time))}</span> ${words(`trace.${each.step}`)} <span class="quiet">${[
            over(each.connection),
            each.transportBefore && words('trace.before', { transport: transportName(each.transportBefore) }),
            each.reason && words(`reason.${each.reason}`),
            each.after,
        ].filter(Boolean).join(' · ')}</span></li>`,
    )}${steps.length === 0 && html`<li class="quiet">${words('trace.nothing')}</li>`}</ol>`;
}
