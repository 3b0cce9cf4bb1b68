// The doctor's page: finds faults between this browser and the hub.
import './doctor-words.js';
import { find } from '../dom.js';
import { copy, frame } from '../frame.js';
import { HUB } from '../hub.js';
import { ask } from '../requests.js';
import { placed } from '../place.js';
import { html, render } from '../vendor/preact.js';
import { language, put, words } from '../words.js';
import { arrival } from './arrival.js';
import { connections, outcome, together } from './probes.js';
import { Way } from './way.js';

const SEVERITIES = ['ERROR', 'WARNING', 'NOTE'];
const WATCH_SECONDS = 6;
const WATCH_SECONDS_MAX = 1_500;
const MARKS = { waits: '·', skipped: '·', runs: '…', well: '✓', ill: '✕' };

frame();

let texts = {}; // The texts of findings in this language, by code.
let rows = []; // One for each probe: { name, state, seen, findings }.
let isRunning = false;

async function load() {
    texts = await (await ask(new URL(`page/doctor/findings.${language()}.json`, HUB), { cache: 'default' })).json();
    draw();
}

/** Returns observations in words. Each is a text, or the key of a message with its values. */
const told = (seen) =>
    [seen]
        .flat()
        .filter(Boolean)
        .map((each) => (typeof each === 'string' ? each : words(`doctor.seen.${each.key}`, each)))
        .join(words('doctor.seen.and'));

/** Returns each fault once, the worst first. */
function findings() {
    const all = new Map();
    for (const each of rows.flatMap((row) => row.findings)) {
        const known = all.get(each.code);
        all.set(each.code, known ? { ...known, seen: [known.seen, each.seen].flat() } : each);
    }
    return [...all.values()].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** Returns how long to watch connections for cuts: `#for=60` in the address. */
const watchMs = () => 1_000 * Math.min(Math.max(Number.parseInt(placed('for'), 10) || WATCH_SECONDS, 1), WATCH_SECONDS_MAX);

async function look(probe, way) {
    const row = rows.find(({ name }) => name === probe.name);
    row.state = 'runs';
    draw();
    const result = await outcome(probe, way);
    Object.assign(row, result, { state: result.findings.some(({ severity }) => severity !== 'NOTE') ? 'ill' : 'well' });
    draw();
    return result;
}

async function examine() {
    if (isRunning) return;
    isRunning = true;
    rows = [arrival, ...together, connections].map(({ name }) => ({ name, state: 'waits', seen: '', findings: [] }));
    const way = new Way(watchMs());
    const { isReached, isRenamed } = await look(arrival, way);
    if (isReached) {
        // The hub refuses these requests from pages under another name, which the finding of `arrival` already reports.
        const refused = isRenamed ? together.filter(({ sendsOrigin }) => sendsOrigin) : [];
        for (const row of rows) if (refused.some(({ name }) => name === row.name)) row.state = 'skipped';
        await Promise.all(together.filter((each) => !refused.includes(each)).map((each) => look(each, way)));
        await look(connections, way);
    } else for (const row of rows.slice(1)) row.state = 'skipped';
    way.ask('end', {}, { method: 'POST' }).catch(() => {}); // Without this request, the hub ends the run a few seconds later.
    isRunning = false;
    draw();
}

function draw() {
    const found = findings();
    find('start').disabled = isRunning;
    find('copy-json').disabled = isRunning || rows.length === 0;
    const isIll = found.some(({ severity }) => severity !== 'NOTE');
    find('outcome').dataset.kind = isRunning ? '' : isIll ? 'ill' : 'well';
    if (isRunning) put(find('outcome'), 'doctor.running');
    else if (rows.length > 0) put(find('outcome'), isIll ? 'doctor.ill' : 'doctor.well');
    render(
        rows.map(({ name, state, seen }) => html`<li key=${name} data-state=${state} data-probe=${name}><span class="mark" aria-hidden="true">${MARKS[state]}</span><span>${words(`doctor.probe.${name}`)}</span><span class="seen">${told(seen) || words(`doctor.state.${state}`)}</span></li>`),
        find('probes'),
    );
    render(found.map(card), find('findings'));
}

function card({ code, severity, seen }) {
    const { title, effect, cures } = texts[code] ?? { title: code, effect: '', cures: {} };
    const named = Object.entries(cures).map(([where, cure]) => html`<dt>${where === 'any' ? words('doctor.anywhere') : where}</dt><dd>${cure}</dd>`);
    return html`<section class="card finding" key=${code} data-code=${code} data-severity=${severity}>
        <header><h2>${title}</h2><span class="kind">${words(`doctor.severity.${severity.toLowerCase()}`)}</span></header>
        <div class="body"><dl><dt>${words('doctor.seen')}</dt><dd>${told(seen)}</dd><dt>${words('doctor.effect')}</dt><dd>${effect}</dd></dl>
        <dl class="cures">${named}</dl></div></section>`;
}

/** Returns the report in the format of `sluice doctor --json`. */
function report() {
    const found = findings().map((each) => ({ ...each, seen: told(each.seen), ...texts[each.code] }));
    const probes = rows.map((row) => ({ name: row.name, seen: told(row.seen), findings: row.findings.map(({ code }) => code) }));
    return { hub: HUB.href, healthy: !found.some(({ severity }) => severity !== 'NOTE'), probes, findings: found };
}

find('command').textContent = `sluice doctor ${HUB.href}`;
find('copy-json').addEventListener('click', ({ target }) => copy(target, JSON.stringify(report(), null, 2), 'doctor.copy'));
find('start').addEventListener('click', examine);
document.addEventListener('languagechange', load);
await load();
examine();
