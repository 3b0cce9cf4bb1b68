// The page of a check: its state, its latency and the expectation, its incidents, its last responses, and its
// switches.
import { age, announce, chart, clear, clock, exactly, find, HUB, link, make, number, put, set, words } from '../../page/program.js';
import { ask, at, checkPage, define, doing, reading, segments, serverPage, unchanged } from './api.js';
import { incidentRow } from './incident-row.js';
import { connect } from './live.js';
import { stateOf } from './states.js';
import { answer, failure, milliseconds, Strip } from './strip.js';
import { uptimeRows } from './uptime.js';

const ANSWERS_MAX = 1_000;
const ROWS_MAX = 50;
const DAY_MS = 86_400_000;

/** Uptime grows without events, so it is read again at this interval. */
const UPTIME_MS = 60_000;

const name = segments()[1];
const samples = [];
const strip = new Strip();
find('strip').append(strip.element);
let check = null; // undefined if it was removed.
let definition = null; // For administrators only.
let beat; // The address that the job of a heartbeat calls.
let incidents = [];
let uptime = null;
let plot = null;
let isDue = false;

find('channel').href = link(`sense/samples/${name}`);
find('edit').href = at(`checks/${encodeURIComponent(name)}/edit`).pathname;

const sluice = connect();
sluice.channel(`sense/samples/${name}`, { last: ANSWERS_MAX, type: 'sample' }).on('sample', ({ data }) => {
    samples.push(data);
    if (samples.length > ANSWERS_MAX) samples.shift();
    strip.take(data);
    soon();
});
sluice.channel('sense/state').on('open', load).on('state', ({ key, data, removed }) => {
    if (key !== name) return;
    check = removed ? undefined : data;
    if (check) reading(find('said'), readStories);
    soon();
});

async function load() {
    await reading(find('said'), async () => {
        await readCheck();
        if (check) await readStories();
        if (check) await readDefinition();
    });
    soon();
}

/** Reads the check. A state that arrives during the request is newer than the response. */
async function readCheck() {
    const before = check;
    const read = await ask(`checks/${encodeURIComponent(name)}`).catch((error) => {
        if (error.status !== 404) throw error;
    });
    if (check === before) check = read;
}

async function readDefinition() {
    try {
        ({ beat, definition } = await define(name));
    } catch (error) {
        if (error.status !== 401 && error.status !== 403) throw error;
        definition = null; // Readers may not see the definition.
    }
}

/** Reads what is not published as events: the incidents so far, and the sums over days. */
async function readStories() {
    const path = encodeURIComponent(name);
    [{ incidents }, uptime] = await Promise.all([ask(`incidents?check=${path}&limit=100`), ask(`checks/${path}/uptime`)]);
    soon();
}

function soon() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
        isDue = false;
        if (check) draw();
        else if (check === undefined) drawRemoved();
    });
}

/** Says that the check was removed; its latest responses stay. */
function drawRemoved() {
    find('head').dataset.state = 'unknown';
    set(find('headline-sign'), stateOf('unknown').firstChild.textContent);
    put(find('headline'), 'sense.no-check', { name });
    clear(find('subline'));
    for (const id of ['try', 'pause', 'hour', 'edit', 'remove', 'sure']) find(id).hidden = true;
    drawAnswers();
}

function draw() {
    const { state, title, since } = check;
    find('head').dataset.state = state;
    set(find('headline-sign'), stateOf(state).firstChild.textContent);
    put(find('headline'), 'sense.check.head', { title, state: words(`sense.is.${state}`) });
    const newest = samples.at(-1);
    const isUp = state === 'up' || state === 'slow' || state === 'warning';
    const parts = [words('sense.since', { since: clock(new Date(since), false), age: age(Math.max(0, Date.now() - Date.parse(since))) }), answer((isUp && newest) || failure(check))];
    if (check.flapping) parts.push(words('sense.flapping'));
    set(find('subline'), parts.filter(Boolean).join(' · '));
    find('server').hidden = !check.server;
    if (check.server) find('server').href = serverPage(check.server);
    find('in-file').hidden = !check.in_file;
    find('made-by').hidden = !check.made_by;
    if (check.made_by) {
        put(find('made-by').firstChild, 'sense.made-by', { name: check.made_by });
        find('made-by').firstChild.href = checkPage(check.made_by);
    }
    find('beat').hidden = !beat;
    if (beat) set(find('beat-command'), `curl -fsS -m 10 ${new URL(beat.replace(/^\//, ""), HUB)}`);
    const isEditable = definition !== null && !check.in_file && !check.made_by;
    for (const id of ['edit', 'remove', 'pause']) find(id).hidden = !isEditable;
    for (const id of ['try', 'hour']) find(id).hidden = definition === null;
    put(find('pause'), definition?.paused ? 'sense.resume' : 'sense.pause');
    drawFigures();
    drawUptime();
    drawAnswers();
    drawIncidents();
    drawChart();
}

/** Returns a duration of a definition, such as `500ms`, in milliseconds; 0 if there is none. */
const time = (text) => {
    const [, n, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text ?? '') ?? [];
    return n ? n * { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: DAY_MS }[unit] : 0;
};

/** Returns the highest latency that meets the expectation. */
const expected = () => time(definition?.expect_latency) || time(definition?.slow);

/** Shows these rows. Equal ones are not replaced, as that would lose the focus, the selection and clicks. */
function show(list, rows) {
    if (rows.length !== list.children.length || rows.some((row, i) => !row.isEqualNode(list.children[i]))) list.replaceChildren(...rows);
}

function drawFigures() {
    const answered = samples.filter(({ result }) => result !== 'unclear');
    const passed = answered.filter(({ result }) => result === 'passed').map(({ latency_ms: ms }) => ms).sort((a, b) => a - b);
    const share = answered.length === 0 ? '–' : `${number(Math.floor((10_000 * passed.length) / answered.length) / 100)} %`;
    const quantile = (q) => (passed.length === 0 ? '–' : milliseconds(passed[Math.min(passed.length - 1, Math.floor(q * passed.length))]));
    const rows = [
        ['sense.passed', share],
        ['sense.median', quantile(0.5)],
        ['sense.slowest', quantile(0.99)],
        ['sense.every', milliseconds(check.interval_ms)],
    ];
    if (check.depends_on) rows.push(['sense.depends', check.depends_on.join(', ')]);
    show(find('figures'), rows.map(([label, text]) => {
        const box = make('div');
        box.append(put(make('dt'), label), make('dd', '', text));
        return box;
    }));
    if (samples.length > 0) put(find('window'), 'sense.window', { n: number(samples.length), since: clock(new Date(samples[0].at), false) });
}

function drawUptime() {
    if (uptime === null) return;
    show(find('uptime'), uptimeRows(uptime.windows));
    put(find('created'), 'sense.created', { time: clock(new Date(uptime.created), false) });
    find('created').title = exactly(new Date(uptime.created));
}

function drawAnswers() {
    const body = find('answers');
    const wanted = samples.slice(-ROWS_MAX).reverse();
    const shown = new Map([...body.children].map((row) => [row.dataset.at, row]));
    show(body, wanted.map((sample) => shown.get(sample.at) ?? answerRow(sample)));
}

function answerRow(sample) {
    const row = make('tr');
    row.dataset.at = sample.at;
    const when = row.appendChild(make('td', 'nowrap', clock(new Date(sample.at))));
    when.title = exactly(new Date(sample.at));
    const state = { passed: 'up', failed: 'down' }[sample.result] ?? 'unknown';
    const result = stateOf(state);
    put(result.lastChild, `sense.result.${sample.result in RESULTS ? sample.result : 'unclear'}`);
    row.appendChild(make('td')).append(result);
    row.append(make('td', 'figure', sample.latency_ms === undefined ? '–' : milliseconds(sample.latency_ms)));
    row.append(make('td', '', sample.result === 'passed' ? sample.answer : answer(sample)));
    return row;
}

const RESULTS = { passed: 'up', failed: 'down', unclear: 'unknown' };

function drawIncidents() {
    const list = find('incidents');
    const rows = incidents.slice(0, 20).map((each) => incidentRow(each, false));
    if (rows.length === 0) rows.push(put(make('li', 'quiet'), 'sense.no-incidents'));
    // The duration of an open incident grows: only this text is replaced.
    rows.forEach((row, i) => {
        const [shown, wanted] = [list.children[i], row].map((each) => each?.querySelector('.sense-duration'));
        if (shown && wanted) set(shown, wanted.textContent);
    });
    show(list, rows);
}

async function drawChart() {
    if (plot === null) {
        plot = { chart: null, crosshair: null };
        const { Chart, Crosshair } = await chart();
        plot.crosshair = new Crosshair();
        plot.chart = new Chart(find('chart'), plot.crosshair);
        plot.crosshair.follow(drawLegend);
    }
    if (plot.chart === null || samples.length < 2) return;
    const lines = [{ label: words('sense.latency'), tone: 'a', values: samples.map(({ latency_ms: ms }) => ms ?? null) }];
    if (expected() > 0) lines.push({ label: words('sense.expectation'), tone: 'e', isDashed: true, values: samples.map(() => expected()) });
    plot.chart.draw({ times: samples.map(({ at: when }) => Date.parse(when)), lines, text: milliseconds, unit: '' });
    drawLegend();
}

/** Shows the values at the crosshair, or the newest values if there is no crosshair. */
function drawLegend() {
    const place = plot.crosshair.at;
    const sample = samples[place ?? samples.length - 1];
    if (!sample) return;
    const text = sample.latency_ms === undefined ? answer(sample) : milliseconds(sample.latency_ms);
    const spans = [make('span', 'quiet', place === null ? words('sense.newest') : clock(new Date(sample.at), false)), make('b', '', text)];
    if (expected() > 0) spans.push(make('span', 'expected', words('sense.expected.within', { time: milliseconds(expected()) })));
    find('legend').replaceChildren(...spans);
}

function say(message, values) {
    find('said').hidden = false;
    delete find('said').dataset.kind;
    delete find('said').dataset.unread;
    put(find('said'), message, values);
}

doing(find('try'), 'said', async () => {
    say('sense.trying');
    const outcome = await ask('try', 'POST', { ...definition, name });
    say(`sense.tried.${outcome.result in RESULTS ? outcome.result : 'unclear'}`, { answer: outcome.result === 'passed' ? `${milliseconds(outcome.latency_ms)} · ${outcome.answer}` : answer(outcome) });
    announce('try', () => find('said').textContent);
});
doing(find('pause'), 'said', async () => {
    const isPaused = definition.paused;
    const read = await define(name); // Another user may have changed it while this page was open.
    const { name: _, ...values } = read.definition;
    await ask(`checks/${encodeURIComponent(name)}`, 'PUT', { ...values, paused: !isPaused }, unchanged(read.etag));
    ({ beat, definition } = await define(name));
    await readCheck();
    soon();
});
doing(find('hour'), 'said', async () => {
    const now = Date.now();
    await ask('maintenance', 'POST', { checks: [name], begins: new Date(now).toISOString(), ends: new Date(now + 3_600_000).toISOString(), reason: '' });
    say('sense.maintenance.set', { until: clock(new Date(now + 3_600_000), false) });
});
find('remove').addEventListener('click', () => {
    put(find('sure-text'), 'sense.remove.sure', { title: check.title });
    find('sure').hidden = false;
    find('sure-no').focus();
});
find('sure-no').addEventListener('click', () => {
    find('sure').hidden = true;
    find('remove').focus();
});
doing(find('sure-yes'), 'said', async () => {
    await ask(`checks/${encodeURIComponent(name)}`, 'DELETE');
    location.assign(at('').pathname);
});
document.addEventListener('languagechange', () => {
    find('answers').replaceChildren();
    soon();
});
setInterval(soon, 1000);
setInterval(() => document.hidden || (check && reading(find('said'), readStories)), UPTIME_MS);
