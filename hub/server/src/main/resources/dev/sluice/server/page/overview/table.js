// Draws the list of channels.
import { find } from '../dom.js';
import { link } from '../hub.js';
import { paths } from '../spark.js';
import { toneOf } from '../tone.js';
import { html, render } from '../vendor/preact.js';
import { age, bytes, clock, exactly, formatted, number, short, words } from '../words.js';

const [WIDTH, HEIGHT] = [212, 44];

function Curve({ values }) {
    const { line, area, unknown } = paths(values, WIDTH, HEIGHT);
    return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        <path class="unknown" d=${unknown} /><path class="area" d=${area} /><path class="line" d=${line} /></svg>`;
}

function Name({ row, depth, isOpen, fold }) {
    if (row.count > 1) {
        return html`<button type="button" class="fold" aria-expanded=${isOpen ? 'true' : 'false'}
                aria-label=${words(isOpen ? 'fold' : 'unfold', { name: row.label })} onClick=${() => fold(row.name, isOpen ? 'none' : 'some')}></button>
            <a class="name" href=${link(`${row.label}/**`)}>${row.label}</a> <span class="quiet">${words('channels.count', { n: number(row.count) })}</span>`;
    }
    return html`<span class=${row.isEnded ? 'leaf ended' : 'leaf'}></span>
        <a class="name" href=${link(row.name)} title=${row.name}>${depth === 0 ? row.name : row.label}</a>
        ${row.isEnded && html` <span class="status quiet">${words('status.ended')}</span>`}`;
}

/** @param write formats a known value */
const figure = (value, write) => html`<td class=${value ? 'figure' : 'figure zero'}>${value === null ? '–' : write(value)}</td>`;

const perSecond = (rate) => (rate < 10 ? formatted(rate, { maximumSignificantDigits: 2 }) : short(rate));

function Rest({ row, fold }) {
    // One cell per column: a single cell across all columns would take the space of those that a phone hides.
    return html`<tr><th scope="row" class="child"><button type="button" class="rest" onClick=${() => fold(row.of, 'all', row.isLoaded)}>${words('channels.rest', { n: number(row.rest) })}</button></th>${[2, 3, 4, 5, 6, 7].map(() => html`<td></td>`)}</tr>`;
}

function Row({ row, depth, isOpen, fold, now, tone }) {
    if (row.rest) return html`<${Rest} row=${row} fold=${fold} />`;
    const at = row.at === null ? null : new Date(row.at);
    return html`<tr class="tone-${tone}">
        <th scope="row" class=${depth > 0 ? 'child' : ''}><${Name} ...${{ row, depth, isOpen, fold }} /></th>
        <td class="curve"><${Curve} values=${row.history} /></td>
        ${figure(row.rate, perSecond)}
        ${figure(row.readers, short)}
        ${figure(row.events, short)}
        ${figure(row.bytes, bytes)}
        <td class="figure" title=${at ? `${clock(at)}\n${exactly(at)}` : ''}>${at ? age(Math.max(0, now - row.at)) : ''}</td>
    </tr>`;
}

/** @param rows `{ row, depth, isOpen }` in their order */
export function drawRows(rows, fold, now) {
    if (find('rows').dataset.live === undefined) find('rows').replaceChildren(); // Removes the rows that the server wrote.
    find('rows').dataset.live = '';
    // Without keys: table rows change their contents instead of their places, which would count as a layout shift.
    const all = rows.map((each) => html`<${Row} ...${each} fold=${fold} now=${now} tone=${toneOf(each.row.name)} />`);
    render(all, find('rows'));
}
