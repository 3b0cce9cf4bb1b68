// Draws the connections.
import { find } from '../dom.js';
import { transportName } from '../stats/metrics.js';
import { html, render } from '../vendor/preact.js';
import { age, bytes, number, short, words } from '../words.js';
import { isConsole, label } from './model.js';

/** The transport of a connection, as text. */
export const over = ({ transport, session }) => (session ? `${words('carries.session')} · ${transportName(transport)}` : transportName(transport));

const since = (connection) => age(Math.max(0, Date.now() - Date.parse(connection.since)));

/** A forecast of a reader's lag, as text; empty if there is none. */
export function outlook(behind, pace) {
    if (!behind || pace === null) return '';
    if (pace.behind >= 0) return words('connections.behind.grows', { n: number(Math.round(pace.behind)) });
    return words('connections.behind.shrinks', { age: age((behind / -pace.behind) * 1000) });
}

function Behind({ behind = 0, behindMs = 0, pace, most }) {
    if (behind === 0) return html`<td class="figure lags quiet">0</td>`;
    const slope = pace === null ? '' : `${pace.behind < 0 ? '−' : '+'}${number(Math.abs(Math.round(pace.behind)))}${words('per-second')}`;
    return html`<td class="figure lags slow" title=${[words('connections.behind.for', { age: age(behindMs) }), outlook(behind, pace)].filter(Boolean).join('\n')}>
        <span class="bar" style=${{ width: `${Math.max(2, (100 * behind) / most)}%` }}></span>${short(behind)} <span class="quiet">${slope}</span></td>`;
}

const Now = ({ pace }) => html`<td class="figure now">${pace === null ? '–' : `${bytes(Math.round(pace.bytes))}${words('per-second')}`}</td>`;

function Channels({ connection: { channels, patterns } }) {
    const more = (patterns ?? channels.length) - channels.length;
    return html`<td title=${channels.join('\n')}>${channels.join(', ')}${more > 0 && html` <span class="quiet">+${number(more)}</span>`}</td>`;
}

function Row({ connection, pace, most, isInner, isChosen, choose }) {
    const { sub, agent, address, kid } = connection;
    const about = [kid, sub !== undefined && agent, (sub ?? agent) !== undefined && address].filter(Boolean).join(' · ');
    return html`<tr data-chosen=${isChosen || undefined} class=${isInner ? 'inner' : ''}>
        <th scope="row"><button type="button" class="open" onClick=${() => choose(connection)}>${label(connection)}</button>${isConsole(connection) && html` <span class="tag">${words('connections.console')}</span>`} <span class="quiet">${about}</span></th>
        <td class="over">${over(connection)}</td>
        <${Channels} connection=${connection} />
        <${Behind} ...${connection} pace=${pace.of(connection.id)} most=${most} />
        <${Now} pace=${pace.of(connection.id)} />
        <td class="figure sent">${bytes(connection.bytes)}</td>
        <td class="figure age" title=${connection.since}>${since(connection)}</td>
    </tr>`;
}

/** The row of equal clients: the sum of what they receive, and the lag of the one furthest behind. */
function Folded({ all, isOpen, pace, most, toggle }) {
    const worst = all.reduce((one, other) => ((other.behind ?? 0) > (one.behind ?? 0) ? other : one));
    const paces = all.map(({ id }) => pace.of(id));
    const sum = paces.includes(null) ? null : { bytes: paces.reduce((total, each) => total + each.bytes, 0) };
    return html`<tr>
        <th scope="row"><button type="button" class="open" aria-expanded=${String(isOpen)} onClick=${toggle}>${words('connections.equal', { n: number(all.length), name: label(all[0]) })}</button></th>
        <td class="over">${over(all[0])}</td>
        <${Channels} connection=${all[0]} />
        <${Behind} ...${worst} pace=${pace.of(worst.id)} most=${most} />
        <${Now} pace=${sum} />
        <td class="figure sent">${bytes(all.reduce((total, each) => total + each.bytes, 0))}</td>
        <td class="figure age">${since(all.reduce((one, other) => (other.since < one.since ? other : one)))}</td>
    </tr>`;
}

/** @param rows see `rowsOf` @param view `{ pace, chosen, choose, toggle }` */
export function drawRows(rows, { pace, chosen, choose, toggle }) {
    const most = Math.max(1, ...rows.map(({ connection, all }) => Math.max(...(all ?? [connection]).map(({ behind = 0 }) => behind))));
    render(rows.map(({ connection, isInner, kind, all, isOpen }) => (all
        ? html`<${Folded} key=${kind} all=${all} isOpen=${isOpen} pace=${pace} most=${most} toggle=${() => toggle(kind)} />`
        : html`<${Row} key=${connection.id} connection=${connection} pace=${pace} most=${most} isInner=${isInner} isChosen=${connection.id === chosen} choose=${choose} />`)), find('rows'));
}

export function drawEnded(connections) {
    const all = connections.map(
        (each) => html`<li><span title=${each.channels.join('\n')}>${label(each)} <span class="quiet">${over(each)}</span></span>
            <span>${words(`reason.${each.reason}`)} <span class="quiet">${age(Math.max(0, Date.now() - Date.parse(each.ended)))}</span></span></li>`,
    );
    render(all.length > 0 ? all : html`<li class="quiet">${words('connections.none.ended')}</li>`, find('ended'));
}
