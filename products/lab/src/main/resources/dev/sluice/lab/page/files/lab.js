// The page at /lab/: races or measures the lanes with clients of this browser.
import { announce, bytes, clock, find, set, words } from '../../page/program.js';
import * as advice from './advice.js';
import { Charts } from './charts.js';
import * as claims from './claims.js';
import * as demos from './demos.js';
import { json, png } from './export.js';
import { LaneView, nameOf } from './lane-view.js';
import { LANES } from './lanes.js';
import { baseline, measure } from './measure.js';
import * as table from './results.js';
import { Session } from './session.js';
import { Steps } from './steps.js';

const RATES = [0.5, 1, 2, 5, 10, 20, 50, 100, 200];
const SIZES = [50, 100, 300, 1000, 3000, 10000, 16000];
const CLIENTS = [1, 2, 3, 5, 6];
const CHANNELS = [1, 2, 3, 6];
const DIRECTIONS = ['down', 'up', 'both'];
const SENDERS_MAX = 5; // Of a browser's six connections, one is left on which streams' clients publish.
const INTERVALS = [200, 500, 1000, 2000, 5000, 10000];
const SLIDERS = { rate: RATES, size: SIZES, channels: CHANNELS, clients: CLIENTS, direction: DIRECTIONS, interval: INTERVALS };
const TEXTS = { rate: String, size: bytes, channels: String, clients: String, direction: (way) => words(`lab.direction.${way}`), interval: (ms) => `${ms / 1000} s` };
const RESTARTING = ['channels', 'clients', 'direction', 'interval']; // The sliders that a race can't follow as it runs.

const views = Object.fromEntries(LANES.map((lane) => [lane, new LaneView(lane, (kind) => trouble(lane, kind))]));
const session = new Session(find('tracks'), { figures, report, ended });
const results = new Map();
const steps = new Steps();
const charts = new Charts(steps);
let alone = null; // The lane that is measured.
let tabs = 0;
let turn = 0; // Of a run: what an older one finishes later is not shown.

const index = (name) => Number(find(name).value) - Number(find(name).min);
const slider = (name) => SLIDERS[name][index(name)];
/** No channel without a reader, and a connection left to publish on. */
const LIMITS = {
    clients: (count) => (slider('direction') === 'down' ? count : Math.min(count, SENDERS_MAX)),
    channels: (count) => Math.min(count, chosen('clients')),
};
const chosen = (name) => (LIMITS[name] ? LIMITS[name](slider(name)) : slider(name));
const mode = () => document.querySelector('input[name=mode]:checked').value;
/** A link may name some lanes only. */
const wanted = new URLSearchParams(location.search).get('lanes')?.split(',') ?? LANES;
const lanes = () => session.lanes().filter((lane) => wanted.includes(lane));
/** Of a link only: how long each lane is measured, and whether its line is cut then. */
const parameter = (name, otherwise) => Number(new URLSearchParams(location.search).get(name) ?? otherwise);

function plan() {
    return { mode: mode(), ...Object.fromEntries(Object.keys(SLIDERS).map((name) => [name, chosen(name)])), seconds: parameter('seconds', 4), cut: parameter('cut', 1) };
}

function say(text, kind = '') {
    find('said').dataset.kind = kind;
    set(find('said'), text);
}

/** Shows the plan, and keeps it in the address. */
function planned() {
    for (const name of Object.keys(SLIDERS)) set(find(`${name}-shown`), TEXTS[name](chosen(name)));
    const parameters = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(plan())) parameters.set(name, value);
    history.replaceState(null, '', `?${parameters}${location.hash}`);
    find('repeat').href = `?${parameters}`;
    set(find('mode-note'), words(`lab.note.${mode()}`));
    if (isRacing) follow();
}

let isRacing = false;
let shape = ''; // The part of the plan with which the clients of a race were started.

/** Has a race go on with another plan. */
function follow() {
    const now = RESTARTING.map(chosen).join();
    const way = chosen('direction');
    for (const lane of lanes()) {
        if (now !== shape) {
            session.stop(lane);
            session.counts[lane].clear();
            session.start(lane, plan());
        }
        session.send(lane, way === 'down' ? 0 : chosen('rate'), chosen('size'));
    }
    shape = now;
    session.set(way === 'up' ? 0 : chosen('rate'), chosen('size'), chosen('channels'));
}

function fromAddress() {
    const parameters = new URLSearchParams(location.search);
    for (const [name, values] of Object.entries(SLIDERS)) {
        const given = parameters.get(name);
        const at = values.findIndex((value) => String(value) === given);
        find(name).max = values.length - 1 + Number(find(name).min);
        if (at >= 0) find(name).value = at + Number(find(name).min);
    }
    const chosenMode = document.querySelector(`input[name=mode][value="${parameters.get('mode') === 'measure' ? 'measure' : 'race'}"]`);
    chosenMode.checked = true;
}

/** Starts a race, a measurement, or what is given. @param run called with the turn when the hub runs */
async function start(run = mode() === 'race' ? race : measureAll) {
    session.close();
    const mine = ++turn;
    find('start').disabled = true;
    find('end').disabled = false;
    claims.enable(false);
    say(words('lab.starting'));
    for (const lane of LANES) {
        session.counts[lane].clear();
        views[lane].strip.dots.clear();
        views[lane].why('');
    }
    steps.clear();
    alone = null;
    for (const lane of LANES) delete seen[lane];
    tabs = 0;
    try {
        await session.open();
    } catch (end) {
        idle();
        return say(because(end), 'failed');
    }
    await session.clock();
    if (!session.lanes().includes('sse-http2')) views['sse-http2'].why(words('lab.no-tls'));
    await run(mine);
}

/** The reason why the lab did not start, or ended. */
function because({ why, use }) {
    if (!use) return words(`lab.${why}`);
    const isHere = use.address === '127.0.0.1' || use.address.startsWith('0:0:0:0:0:0:0:1');
    return words('lab.busy', { who: isHere ? words('lab.busy.here') : use.address, since: clock(use.sinceMs), until: clock(use.untilMs) });
}

function idle() {
    isRacing = false;
    find('start').disabled = false;
    find('end').disabled = true;
    claims.enable(true);
}

function race() {
    say(words('lab.racing'));
    for (const lane of lanes()) views[lane].enable(true);
    isRacing = true;
    shape = '';
    follow();
}

/** Starts what a row of the comparison offers. */
function demonstrate(name, cell) {
    if (name === 'direction') {
        find('direction').value = DIRECTIONS.indexOf('both');
        document.querySelector('input[name=mode][value=measure]').checked = true;
        planned();
        return start();
    }
    return start(async (mine) => {
        say(words('lab.demonstrating'));
        await demos.show(name, session, cell);
        if (mine === turn) session.close({ why: 'shown' });
    });
}

async function measureAll(mine) {
    const current = plan();
    measured = current;
    results.clear();
    say(words('lab.warming'));
    await session.warm();
    say(words('lab.baseline'));
    const without = await baseline(session, current);
    ownCpuUs = without.idle.cpuUs;
    for (const lane of lanes()) {
        if (mine !== turn || !session.isOpen) return;
        say(words('lab.measuring', { lane: nameOf(lane) }));
        views[lane].now(true);
        alone = lane;
        const result = await measure(session, lane, current, without);
        if (mine === turn) alone = null;
        views[lane].now(false);
        if (mine !== turn || !session.isOpen) return;
        if (result) {
            results.set(lane, result);
            views[lane].show(shown(result));
            views[lane].strip.keep(session.counts[lane].measured);
        } else unreachable(lane);
        showResults();
        charts.draw();
    }
    session.close({ why: 'done' });
}

/** The row of a measured lane. */
function shown({ delivered, published, open }) {
    return { ...(delivered ?? published), p50: delivered?.p50 ?? null, upP50: published?.p50, open };
}

function unreachable(lane) {
    if (lane === 'sse-http2') untrusted();
    else say(words('lab.unreachable'), 'failed');
}

let measured = null; // The plan of the results: sliders may move on.
let ownCpuUs = null; // The processor time of the hub without clients, in microseconds per second; null: this system does not tell.

function run() {
    return { plan: measured ?? plan(), ownCpuUs, lanes: [...results.values()] };
}

function showResults() {
    const current = run();
    table.show(current.lanes, current.ownCpuUs);
    find('json').disabled = find('png').disabled = results.size === 0;
    claims.show(current.lanes, current.plan, current.ownCpuUs);
    advice.show(current);
}

function ended(end) {
    turn++;
    idle();
    for (const lane of LANES) {
        views[lane].enable(false);
        views[lane].now(false);
    }
    say(because(end), end.why === 'broken' ? 'failed' : '');
    announce('lab', () => because(end));
}

function trouble(lane, kind) {
    if (kind === 'tabs') {
        tabs += 6;
        session.start(lane, { ...plan(), clients: 1 }, 6);
    } else if (kind === 'cut') cut(lane);
    else session.trouble(lane, kind);
}

/** Cuts the line of a lane, and has the charts show when it is back. */
async function cut(lane) {
    const mine = turn;
    await session.trouble(lane, 'cut'); // It is mended when this is answered.
    if (mine === turn) session.counts[lane].mark(performance.timeOrigin + performance.now(), session.skewUs);
}

/** The parts of a track: dots, and the reason why it is not connected. */
function report(lane, { arrivals, losses, opened }) {
    const now = performance.timeOrigin + performance.now();
    for (const [number, time, us, client] of arrivals) {
        if (client !== 0) continue;
        if (mode() === 'race') for (const other of session.lanes()) if (other !== lane && session.counts[other].opened) announceEvent(other, number, time / 1000);
        views[lane].strip.dots.arrived(number, (us + session.skewUs) / 1000, now);
        seen[lane] = Math.max(seen[lane] ?? -1, number);
    }
    if (arrivals.length || opened) views[lane].why('');
    else if (losses.length && lane === 'sse-http2' && !session.counts[lane].opened) untrusted();
    else if (losses.length) views[lane].why(words('lab.lost-connection', { why: losses.at(-1) }));
}

/** A browser does not tell a page why it refuses a connection; where none ever opened, it is the certificate. */
function untrusted() {
    views['sse-http2'].why(words('lab.untrusted', { file: session.authority }));
}

const seen = {}; // The newest event of each lane.

/** The first lane that has an event tells that it is under way in the others that are connected. */
function announceEvent(lane, number, ms) {
    if ((seen[lane] ?? -1) < number) views[lane].strip.dots.published(number, ms);
}

function figures() {
    for (const lane of session.lanes()) if (!results.has(lane) || isRacing) views[lane].show(session.counts[lane].sums());
    if (tabs) claims.seventh(chosen('clients') + tabs, session.figures.lanes.sse.open);
    const now = session.figures;
    if (now.rssBytes) set(find('memory'), words('lab.memory', { bytes: bytes(now.rssBytes) }));
    if (!steps.isDue(now.ms)) return;
    steps.add(now, session.counts, alone, isRacing ? chosen('clients') : (measured ?? plan()).clients);
    // Whatever draws, delays the clients: a lane that is measured is drawn when it is done.
    if (!alone) charts.draw();
}

function frame() {
    if (session.isOpen) {
        const ms = performance.timeOrigin + performance.now();
        for (const lane of LANES) views[lane].strip.draw(ms);
    }
    requestAnimationFrame(frame);
}

fromAddress();
planned();
claims.begin(demonstrate);
advice.begin();
find('plan').addEventListener('input', planned);
find('plan').addEventListener('submit', (event) => {
    event.preventDefault();
    start();
});
find('end').addEventListener('click', () => session.close());
find('json').addEventListener('click', () => json(run()));
find('png').addEventListener('click', () => png(run()));
addEventListener('pagehide', () => session.close());
requestAnimationFrame(frame);
