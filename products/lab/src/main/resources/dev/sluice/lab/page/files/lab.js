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
const SENDERS_MAX = 5; // A browser has six connections; one is left for the publishes of clients that read streams.
const INTERVALS = [200, 500, 1000, 2000, 5000, 10000];
const SLIDERS = { rate: RATES, size: SIZES, channels: CHANNELS, clients: CLIENTS, direction: DIRECTIONS, interval: INTERVALS };
const TEXTS = { rate: String, size: bytes, channels: String, clients: String, direction: (way) => words(`lab.direction.${way}`), interval: (ms) => `${ms / 1000} s` };
const RESTARTING = ['channels', 'clients', 'direction', 'interval']; // The sliders whose change restarts the clients of a race.

const views = Object.fromEntries(LANES.map((lane) => [lane, new LaneView(lane, (kind) => trouble(lane, kind))]));
const session = new Session(find('tracks'), { figures, report, ended });
const results = new Map();
const steps = new Steps();
const charts = new Charts(steps);
let alone = null; // The lane that is being measured.
let tabs = 0;
let turn = 0; // The number of the run: results of an older run that arrive late are not shown.

const index = (name) => Number(find(name).value) - Number(find(name).min);
const slider = (name) => SLIDERS[name][index(name)];
/** Limits that depend on other sliders: each channel has a reader, and a connection is left to publish on. */
const LIMITS = {
    clients: (count) => (slider('direction') === 'down' ? count : Math.min(count, SENDERS_MAX)),
    channels: (count) => Math.min(count, chosen('clients')),
};
const chosen = (name) => (LIMITS[name] ? LIMITS[name](slider(name)) : slider(name));
const mode = () => document.querySelector('input[name=mode]:checked').value;
/** The lanes named in the link, or all. */
const wanted = new URLSearchParams(location.search).get('lanes')?.split(',') ?? LANES;
const lanes = () => session.lanes().filter((lane) => wanted.includes(lane));
/** Reads a parameter that only a link can set: how long each lane is measured, and whether its connections are then cut. */
const parameter = (name, otherwise) => Number(new URLSearchParams(location.search).get(name) ?? otherwise);

function plan() {
    return { mode: mode(), ...Object.fromEntries(Object.keys(SLIDERS).map((name) => [name, chosen(name)])), seconds: parameter('seconds', 4), cut: parameter('cut', 1) };
}

function say(text, kind = '') {
    find('said').dataset.kind = kind;
    set(find('said'), text);
}

/** Shows the plan and writes it into the address. */
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
let shape = ''; // The part of the plan with which the clients of the race were started.

/** Continues a race with a changed plan. */
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

/** Starts a race, a measurement, or the given run. @param run called with the number of the run once the hub is up */
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

/** Returns the reason why the lab did not start, or why it ended. */
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

/** Starts the demonstration of a row of the comparison. */
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

/** Returns the figures that the row of a measured lane shows. */
function shown({ delivered, published, open }) {
    return { ...(delivered ?? published), p50: delivered?.p50 ?? null, upP50: published?.p50, open };
}

function unreachable(lane) {
    if (lane === 'sse-http2') untrusted();
    else say(words('lab.unreachable'), 'failed');
}

let measured = null; // The plan of the results, because the sliders may have moved since.
let ownCpuUs = null; // The hub's processor time without clients, in microseconds per second; null if this system does not report it.

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

/** Cuts the connections of a lane and shows in the charts when its clients have recovered. */
async function cut(lane) {
    const mine = turn;
    await session.trouble(lane, 'cut'); // The cut is over before the response.
    if (mine === turn) session.counts[lane].mark(performance.timeOrigin + performance.now(), session.skewUs);
}

/** Handles a report of a track: moves the dots, and shows why a lane is not connected. */
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

/** A browser hides from a page why it refuses a connection. If no connection ever opened, the cause is the certificate. */
function untrusted() {
    views['sse-http2'].why(words('lab.untrusted', { file: session.authority }));
}

const seen = {}; // The number of the newest event of each lane.

/** An event that any lane receives is in flight on the other connected lanes; the first report of it adds its dot there. */
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
    // Drawing delays the clients, so a lane that is measured is drawn after its measurement.
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
