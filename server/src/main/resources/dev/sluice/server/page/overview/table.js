// Draws the list of channels.
import { find } from '../dom.js';
import { link } from '../hub.js';
import { paths } from '../spark.js';
import { toneOf } from '../tone.js';
import { html, render } from '../vendor/preact.js';
import { age, bytes, clock, exactly, formatted, number, short, words } from '../words.js';

const WIDTH = 106;
const HEIGHT = 22;

function Curve({ values }) {
    if (values.length < 2) return null;
    const { line, area } = paths(values, WIDTH, HEIGHT);
    return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        <path class="area" d=${area} /><path class="line" d=${line} /></svg>`;
}

function Name({ row, depth, isOpen, fold }) {
    if (row.children.length > 0) {
        return html`<button type="button" class="fold" aria-expanded=${isOpen ? 'true' : 'false'}
                aria-label=${words(isOpen ? 'fold' : 'unfold', { name: row.label })} onClick=${() => fold(row.name, isOpen ? 'none' : 'some')}></button>
            <a class="name" href=${link(`${row.label}/**`)}>${row.label}</a> <span class="quiet">${words('channels.count', { n: number(row.children.length) })}</span>`;
    }
    return html`<span class=${row.isEnded ? 'leaf ended' : 'leaf'}></span>
        <a class="name" href=${link(row.name)} title=${row.name}>${depth === 0 ? row.name : row.label}</a>
        ${row.isEnded && html` <span class="status quiet">${words('status.ended')}</span>`}`;
}

const figure = (value, text) => html`<td class=${value ? 'figure' : 'figure zero'}>${value === null ? '' : text}</td>`;

function Rest({ row, fold }) {
    return html`<tr><th scope="row" colspan="7" class="child"><button type="button" class="rest" onClick=${() => fold(row.of, 'all')}>${words('channels.rest', { n: number(row.rest) })}</button></th></tr>`;
}

function Row({ row, depth, isOpen, fold, now, tone }) {
    if (row.rest) return html`<${Rest} row=${row} fold=${fold} />`;
    const at = row.at === null ? null : new Date(row.at);
    return html`<tr class="tone-${tone}">
        <th scope="row" class=${depth > 0 ? 'child' : ''}><${Name} ...${{ row, depth, isOpen, fold }} /></th>
        <td class="curve"><${Curve} values=${row.history} /></td>
        ${figure(row.rate, row.rate < 10 ? formatted(row.rate, { maximumSignificantDigits: 2 }) : short(row.rate))}
        ${figure(row.readers, short(row.readers))}
        ${figure(row.events, row.events === null ? '' : short(row.events))}
        ${figure(row.bytes, row.bytes === null ? '' : bytes(row.bytes))}
        <td class="figure" title=${at ? `${clock(at)}\n${exactly(at)}` : ''}>${at ? age(Math.max(0, now - row.at)) : ''}</td>
    </tr>`;
}

/** @param rows `{ row, depth, isOpen }` in their order */
export function drawRows(rows, fold, now) {
    if (find('rows').dataset.live === undefined) find('rows').replaceChildren(); // The rows of the server.
    find('rows').dataset.live = '';
    // Without keys: a row of the table changes its contents, not its place, which would count as a shift of the layout.
    const all = rows.map((each) => html`<${Row} ...${each} fold=${fold} now=${now} tone=${toneOf(each.row.name)} />`);
    render(all, find('rows'));
}
