// Running and recent traces: each has the events of a channel, or the steps of a client.
import '../operator-words.js';
import { Steps, left } from '../connections/steps.js';
import { find } from '../dom.js';
import { frame } from '../frame.js';
import { HUB, link } from '../hub.js';
import { onPlace, place, placed } from '../place.js';
import { reason } from '../reason.js';
import { ask } from '../requests.js';
import { html, render } from '../vendor/preact.js';
import { clock, number, put, set, words } from '../words.js';

const PATH = new URL('traces', HUB).pathname;
const LOOK_MS = 2000;

frame();

const get = async (path) => (await ask(path, { headers: { Accept: 'application/json' } })).json();

/** The trace in the address: in its fragment, or in its path, which programs use. */
const chosen = () => placed('trace') || decodeURIComponent(location.pathname.slice(PATH.length + 1));

const subject = ({ channel, sub, address }) => channel ?? sub ?? address;

let traces = [];
let shown = null;
let why = null;
let timer = 0;

function Events({ trace: { channel, events } }) {
    if (events.length === 0) return html`<p class="quiet">${words('trace.nothing')}</p>`;
    return html`<table><thead><tr><th scope="col">${words('time')}</th><th scope="col">${words('id')}</th><th scope="col" class="figure">${words('traces.deliveries')}</th><th scope="col" class="figure">${words('traces.slowest')}</th></tr></thead>
        <tbody>${events.map(({ id, published, deliveries, slowestMs }) => html`<tr><td>${clock(new Date(published))}</td><th scope="row"><a href=${`${link(channel)}#event=${encodeURIComponent(id)}`}>${id}</a></th>
            <td class="figure">${number(deliveries)}</td><td class="figure">${slowestMs === undefined ? '–' : `${number(slowestMs)} ms`}</td></tr>`)}</tbody></table>`;
}

function draw() {
    render(traces.map((trace) => html`<li><a href=${`#trace=${trace.id}`} aria-current=${trace.id === shown?.id ? 'true' : undefined} onClick=${(click) => choose(click, trace)}>
        <bdi class="mono">${subject(trace)}</bdi> <span class="quiet">${left(trace)}</span></a></li>`), find('traces'));
    find('none').hidden = why === null && traces.length > 0;
    if (why) set(find('none'), reason(why));
    else put(find('none'), 'traces.none');
    find('shown').hidden = shown === null;
    if (shown === null) return;
    set(find('shown-title'), subject(shown));
    set(find('left'), left(shown));
    render(shown.events ? html`<${Events} trace=${shown} />` : html`<${Steps} trace=${shown} />`, find('found'));
}

async function look() {
    clearTimeout(timer);
    try {
        ({ traces } = await get(PATH));
        const id = chosen() || traces[0]?.id;
        shown = id ? await get(`${PATH}/${encodeURIComponent(id)}`) : null;
        why = null;
    } catch (error) {
        shown = null;
        why = error;
    }
    draw();
    if (traces.some(({ running }) => running) && !document.hidden) timer = setTimeout(look, LOOK_MS);
}

function choose(click, { id }) {
    click.preventDefault();
    place('trace', id);
    look();
}

onPlace(look);
document.addEventListener('languagechange', draw);
document.addEventListener('visibilitychange', () => !document.hidden && look());
look();
