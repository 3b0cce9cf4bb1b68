// Draws the nodes.
import { find } from '../dom.js';
import { paths } from '../spark.js';
import { html, render } from '../vendor/preact.js';
import { number, short, words, wordsOr } from '../words.js';

const [WIDTH, HEIGHT] = [240, 60];

const known = (value) => (value === undefined || value === null ? '–' : number(value));

function Trend({ values }) {
    const { line, area, unknown } = paths(values, WIDTH, HEIGHT);
    return html`<svg class="spark tone-b" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path class="unknown" d=${unknown} /><path class="area" d=${area} /><path class="line" d=${line} /></svg>`;
}

function Row({ node }) {
    const { address, id, isSelf, isBehind, role, term, commit, applied, lag, problem, figures, values } = node;
    // The event omits figures that are 0; of a node without a role, nothing is known.
    const of = (value) => (role ? (value ?? 0) : null);
    return html`<tr data-self=${isSelf || undefined}>
        <th scope="row">${address}${isSelf && html` <span class="tag">${words('nodes.this')}</span>`}<span class="id">${id}</span></th>
        <td class=${role === 'leader' ? 'role leads' : 'role'}>${role ? wordsOr(`nodes.role.${role}`, role) : '–'}</td>
        <td class="state">${problem ? html`<span class="fault">✕ ${problem}</span>` : html`<span class="fine">● ${words('nodes.ok')}</span>`}</td>
        <td class=${isBehind ? 'figure slow' : 'figure'}>${known(lag === undefined ? of(lag) : lag)}</td>
        <td class="figure rest">${known(of(term))}</td>
        <td class="figure rest">${known(of(commit))}</td>
        <td class="figure rest">${known(of(applied))}</td>
        <td class="curve"><${Trend} values=${values} /></td>
        <td class="figure">${figures ? short(figures.delivered ?? 0) : '–'}</td>
        <td class="figure">${figures ? short(figures.connections ?? 0) : '–'}</td>
    </tr>`;
}

export function drawRows(nodes) {
    render(nodes.map((node) => html`<${Row} key=${node.address} node=${node} />`), find('rows'));
}
