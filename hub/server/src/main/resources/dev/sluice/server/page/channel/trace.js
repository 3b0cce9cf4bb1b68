// The deliveries of an event, for operators: what a trace of its channel recorded, and which readers have received it.
import { HUB, link } from '../hub.js';
import { reason } from '../reason.js';
import { address, ask } from '../requests.js';
import { html, useEffect, useState } from '../vendor/preact.js';
import { clock, exactly, number, words } from '../words.js';

const TRACES = new URL('traces', HUB).pathname;
const LOOK_MS = 1000;
const SECONDS = 60;

const get = async (path, parameters = {}, options = {}) => (await ask(address(path, parameters), options)).json();

/** What a trace of the channel recorded of the event (`found`, null if nothing), and if a trace is running. */
async function traceOf(event, signal) {
    const { traces } = await get(TRACES, {}, { signal });
    const mine = traces.filter(({ channel }) => channel === event.channel);
    const begun = mine.filter(({ since, until }) => since <= event.time && event.time <= until);
    for (const { id } of begun) {
        const trace = await get(`${TRACES}/${id}`, {}, { signal });
        const found = trace.events.find((each) => each.id === event.id);
        if (found) return { running: mine.some(({ running }) => running), found };
    }
    return { running: mine.some(({ running }) => running), found: null };
}

async function look(event, signal) {
    const [trace, delivery] = await Promise.all([
        traceOf(event, signal),
        get(link(event.channel).replace(`${HUB.pathname}channels/`, `${HUB.pathname}deliveries/`), { id: event.id }, { signal }),
    ]);
    return { ...trace, delivery };
}

const Moment = ({ name, at, after }) => at && html`<dt>${words(name)}</dt><dd title=${exactly(new Date(at))}>${clock(new Date(at))}${after !== undefined && html` <span class="quiet">${words('traced.after', { ms: number(after) })}</span>`}</dd>`;

const reader = ({ transport, sub, address: at }) => [transport, sub ?? at].filter(Boolean).join(' · ');

function Traced({ found }) {
    const { published, stored, synced, deliveries, slowest, slowestMs } = found;
    const since = (time) => (time ? Date.parse(time) - Date.parse(published) : undefined);
    return html`<dl class="facts mono">
        <${Moment} name="traced.published" at=${published} />
        <${Moment} name="traced.stored" at=${stored} after=${since(stored)} />
        <${Moment} name="traced.synced" at=${synced} after=${since(synced)} />
        <dt>${words('traced.delivered')}</dt><dd>${words('traced.connections', { n: number(deliveries) })}</dd>
        ${slowest && html`<dt>${words('traced.slowest')}</dt><dd>${words('traced.after', { ms: number(slowestMs) })} <span class="quiet">${reader(slowest)}</span></dd>`}
    </dl>`;
}

function Passed({ event, delivery: { passed, before, last } }) {
    return html`<p>${words('traced.passed', { n: number(passed) })} ${before === 0 ? words('traced.none') : words('traced.before', { n: number(before) })}</p>
        <ul class="readers mono">${last.map((each) => html`<li>${reader(each)} <span class="quiet">${words('traced.behind', { n: number(each.behind ?? 0) })}</span></li>`)}</ul>`;
}

export function Trace({ event }) {
    const [shown, setShown] = useState(null);
    const [why, setWhy] = useState(null);
    useEffect(() => {
        const stops = new AbortController();
        let timer = 0;
        const again = async () => {
            try {
                setShown(await look(event, stops.signal));
                setWhy(null);
            } catch (error) {
                if (stops.signal.aborted) return;
                setWhy(error);
                if (error.retryMs === undefined && error.problem) return; // The visitor may not see it.
            }
            timer = setTimeout(again, LOOK_MS);
        };
        setShown(null);
        again();
        return () => {
            stops.abort();
            clearTimeout(timer);
        };
    }, [event.id]);
    const begin = async () => {
        try {
            await get(TRACES, { channel: event.channel, seconds: SECONDS }, { method: 'POST' });
            setShown(await look(event, undefined));
        } catch (error) {
            setWhy(error);
        }
    };
    if (why) return html`<p class="said" data-kind="failed">${reason(why)}</p>`;
    if (shown === null) return html`<p class="quiet">${words('traced.asking')}</p>`;
    return html`<div class="trace" id="trace">
        ${shown.found ? html`<${Traced} found=${shown.found} />` : html`<dl class="facts mono"><${Moment} name="traced.stored" at=${event.time} /></dl><p class="quiet">${words('traced.untraced')}</p>`}
        <${Passed} event=${event} delivery=${shown.delivery} />
        ${shown.running ? html`<p class="quiet">${words('traced.running')}</p>` : html`<p><button type="button" id="trace-begin" onClick=${begin}>${words('traced.begin')}</button></p><p class="quiet">${words('traced.cost')}</p>`}
    </div>`;
}
