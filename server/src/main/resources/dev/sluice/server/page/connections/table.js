// Draws the connections.
import { find } from '../dom.js';
import { transportName } from '../stats/metrics.js';
import { html, render } from '../vendor/preact.js';
import { age, bytes, number, words } from '../words.js';
import { client } from './model.js';

/** What a connection is made of. */
export const over = ({ transport, session }) => (session ? `${words('carries.session')} · ${transportName(transport)}` : transportName(transport));

function Row({ connection, isChosen, choose }) {
    const { channels, patterns, behind, behindMs, bytes: size, since, kid } = connection;
    const more = (patterns ?? channels.length) - channels.length;
    return html`<tr data-chosen=${isChosen || undefined}>
        <th scope="row"><button type="button" class="open" onClick=${() => choose(connection)}>${client(connection)}</button>${kid && html` <span class="quiet">${kid}</span>`}</th>
        <td class="over">${over(connection)}</td>
        <td title=${channels.join('\n')}>${channels.join(', ')}${more > 0 && html` <span class="quiet">+${number(more)}</span>`}</td>
        <td class=${behind ? 'figure slow' : 'figure quiet'} title=${behind ? words('connections.behind.for', { age: age(behindMs) }) : ''}>${number(behind ?? 0)}</td>
        <td class="figure">${bytes(size)}</td>
        <td class="figure" title=${since}>${age(Math.max(0, Date.now() - Date.parse(since)))}</td>
    </tr>`;
}

export function drawRows(connections, chosen, choose) {
    render(connections.map((connection) => html`<${Row} connection=${connection} isChosen=${connection.id === chosen} choose=${choose} />`), find('rows'));
}

export function drawEnded(connections) {
    const all = connections.map(
        (each) => html`<li><span title=${each.channels.join('\n')}>${client(each)} <span class="quiet">${over(each)}</span></span>
            <span>${words(`reason.${each.reason}`)} <span class="quiet">${age(Math.max(0, Date.now() - Date.parse(each.ended)))}</span></span></li>`,
    );
    render(all.length > 0 ? all : html`<li class="quiet">${words('connections.none.ended')}</li>`, find('ended'));
}
