// The pane beside the list: an event, its bytes on the wire, and its changes.
import { find } from '../dom.js';
import { copy } from '../frame.js';
import { link } from '../hub.js';
import { bytesOf, decoded, sizeOf } from '../base64.js';
import { address } from '../requests.js';
import { html, render, useEffect, useState } from '../vendor/preact.js';
import { age, bytes, clock, exactly, words } from '../words.js';
import { coloured } from './ansi.js';
import { hex, imageOf } from './binary.js';
import { textOf } from './columns.js';
import { diff } from './diff.js';
import { Json } from './json.js';
import { Trace } from './trace.js';
import { wire } from './wire.js';

const TABS = ['event', 'trace', 'wire', 'diff'];

const Copy = ({ text }) => html`<button type="button" class="small" onClick=${({ currentTarget }) => copy(currentTarget, text)}>${words('copy')}</button>`;

/** Text with terminal colours. */
const Text = ({ text }) => html`<pre ref=${(element) => element?.replaceChildren(...coloured(text))}></pre>`;

function Data({ event }) {
    if (event.removed) return html`<em class="quiet">${words('data.removed')}</em>`;
    if (event.data_base64 === undefined) {
        if (typeof event.data === 'string') return html`<${Text} text=${event.data} />`;
        return html`<div class="mono"><${Json} value=${event.data ?? null} /></div>`;
    }
    const text = decoded(event);
    if (text !== null) return html`<${Text} text=${text} />`;
    const image = imageOf(event);
    return html`${image && html`<p><img src=${image} alt=${event.contentType} /></p>`}<pre class="hex">${hex(bytesOf(event.data_base64))}</pre>`;
}

function Wire({ event }) {
    const [shown, setShown] = useState(null);
    useEffect(() => {
        const stops = new AbortController();
        setShown(null);
        wire(event, stops.signal).then(setShown, () => setShown([]));
        return () => stops.abort();
    }, [event.id]);
    if (shown === null) return html`<p class="quiet">${words('wire.asking')}</p>`;
    if (shown.length === 0) return html`<p class="quiet">${words('wire.gone')}</p>`;
    return html`<div class="wire">${shown.map(({ name, text }) => html`<section><h3>${name} · ${bytes(new TextEncoder().encode(text).length)}</h3><pre>${text}</pre></section>`)}</div>`;
}

const dataOf = (event) => decoded(event) ?? event.data_base64 ?? event.data;

function Diff({ event, previous }) {
    if (!previous) return html`<p class="quiet">${words('diff.none')}</p>`;
    const changes = diff(dataOf(previous), dataOf(event));
    if (changes.length === 0) return html`<p class="quiet">${words('diff.same', { id: previous.id })}</p>`;
    return html`<p class="quiet">${words('diff.to', { id: previous.id })}</p><dl class="diff mono">${changes.map(
        ({ path, before, after }) => html`<div><dt>${path || words('diff.all')}</dt>
            ${before !== undefined && html`<dd><del>− ${textOf(before)}</del></dd>`}${after !== undefined && html`<dd><ins>+ ${textOf(after)}</ins></dd>`}</div>`,
    )}</dl>`;
}

function Facts({ event }) {
    const at = new Date(event.time);
    const size = event.data_base64 !== undefined ? sizeOf(event.data_base64) : new TextEncoder().encode(textOf(event.data)).length;
    const fact = (name, value) => value !== undefined && html`<dt>${words(name)}</dt><dd><bdi>${value}</bdi></dd>`;
    return html`<dl class="facts mono">
        ${fact('id', event.id)}
        <dt>${words('channel')}</dt><dd><a href=${link(event.channel)}>${event.channel}</a></dd>
        <dt>${words('time')}</dt><dd title=${exactly(at)}>${clock(at)} · ${age(Math.max(0, Date.now() - at))}</dd>
        ${fact('type', event.type)}${fact('key', event.key)}${fact('from', event.from)}
        <dt>${words('size')}</dt><dd>${bytes(size)} ${event.contentType ?? ''}</dd>
    </dl>`;
}

function Pane({ event, previous, close }) {
    const [tab, setTab] = useState('event');
    const move = ({ key }) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (!step) return;
        const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length];
        setTab(next);
        find(`tab-${next}`).focus();
    };
    const text = event.data_base64 ?? (typeof event.data === 'string' ? event.data : JSON.stringify(event.data, null, 2) ?? '');
    const command = `curl -N '${address(link(event.channel), { after: event.id, as: 'sse' }).href.replaceAll("'", '%27')}'`;
    return html`<header class="pane-head">
            <div class="tabs" role="tablist" aria-label=${words('detail')} onKeyDown=${move}>${TABS.map(
                (each) => html`<button type="button" role="tab" id=${`tab-${each}`} aria-controls="tab-panel" aria-selected=${each === tab ? 'true' : 'false'} tabindex=${each === tab ? 0 : -1} onClick=${() => setTab(each)}>${words(`detail.${each}`)}</button>`,
            )}</div>
            <span><${Copy} key=${event.id} text=${text} /> <button type="button" class="plain" id="detail-close" onClick=${close}>${words('close')}</button></span>
        </header>
        <${Facts} event=${event} />
        <div class="content" id="tab-panel" role="tabpanel" tabindex="0" aria-labelledby=${`tab-${tab}`}>
            ${tab === 'event' && html`<${Data} key=${event.id} event=${event} />`}
            ${tab === 'trace' && html`<${Trace} key=${event.id} event=${event} />`}
            ${tab === 'wire' && html`<${Wire} event=${event} />`}
            ${tab === 'diff' && html`<${Diff} event=${event} previous=${previous} />`}
        </div>
        <div class="foot"><p>${words('detail.from-here')}</p><div class="command"><code>${command}</code><${Copy} key=${`c${event.id}`} text=${command} /></div></div>`;
}

/** Shows why an event can't be shown. */
export function drawGone(id, close) {
    find('detail').hidden = false;
    render(html`<header class="pane-head"><bdi class="mono">${id}</bdi><button type="button" class="plain" id="detail-close" onClick=${close}>${words('close')}</button></header>
        <p class="content" role="status">${words('detail.gone')}</p>`, find('detail'));
}

/** @param shown `{ event, previous }`: `previous` is the previous event of its key; null closes */
export function drawDetail(shown, close) {
    find('detail').hidden = shown === null;
    render(shown && html`<${Pane} ...${shown} close=${close} />`, find('detail'));
}
