// Demonstrations of what can't be measured. Each runs in the lab of this page and describes in its table cell
// what happens.
import { make, set, words } from '../../page/program.js';
import { figure, nameOf } from './lane-view.js';
import { quantile } from './lanes.js';

const RATE = 10;
const SIZE = 150;
const TABS = 7;
const LOOK_MS = 100;
const STEADY_MS = 2000;
const CONNECT_MS_MAX = 30_000; // Seven tabs take long on a busy machine, and too short a wait would count too few.
const NOTICE_MS_MAX = 45_000;
const HELD_MS = 8000;
const CHAIN = ['websocket', 'fetch-lines', 'sse', 'long-polling', 'polling'];

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The part of the lab that one demonstration uses. It ends with the demonstration. */
class Stage {
    #session;
    #cell;
    #text = make('span', '', '');

    constructor(session, cell) {
        this.#session = session;
        this.#cell = cell;
        cell.replaceChildren(this.#text);
    }

    get session() {
        return this.#session;
    }

    say(word, values = {}) {
        set(this.#text, words(`lab.demo.${word}`, values));
    }

    /** Waits for a condition, at most `ms`, while the lab runs. Returns true if the condition holds. */
    async until(holds, ms) {
        for (const began = performance.now(); this.#session.isOpen && performance.now() - began < ms; await pause(LOOK_MS)) if (holds()) return true;
        return holds();
    }

    /** Waits for a click on a button in the cell. */
    async button(word, values = {}) {
        const button = make('button', 'small', words(`lab.demo.${word}`, values));
        button.type = 'button';
        let isClicked = false;
        button.addEventListener('click', () => (isClicked = true));
        this.#cell.append(button);
        await this.until(() => isClicked, Infinity);
        button.remove();
        return isClicked;
    }

    start(lane, documents = 1) {
        this.#session.counts[lane].clear();
        this.startMore(lane, documents);
    }

    /** Starts clients in addition to those that run. */
    startMore(lane, documents) {
        this.#session.start(lane, { clients: 1, interval: 1000 }, documents);
    }

    count(lane) {
        return this.#session.counts[lane];
    }

    p50(lane) {
        return quantile(this.count(lane).latencies.toSorted((a, b) => a - b), 0.5);
    }
}

/** Seven tabs, each with a stream: over HTTP/1.1 one has to wait, over HTTP/2 they share a connection. */
async function connections(stage) {
    const { session } = stage;
    await session.set(RATE, SIZE);
    stage.say('tabs-opening');
    stage.start('sse', TABS);
    const opened = () => session.figures?.lanes.sse.open ?? 0;
    await stage.until(() => opened() >= TABS - 1, CONNECT_MS_MAX);
    await pause(STEADY_MS); // The seventh tab would have connected by now.
    const over1 = { tabs: TABS, open: opened(), waiting: Math.max(0, TABS - opened()) };
    stage.say('tabs', over1);
    if (!session.url('sse-http2')) return stage.say('tabs-without', over1);
    session.stop('sse');
    // The first tab connects alone: a browser that does not know yet that the server speaks HTTP/2 would open
    // a connection per tab, and a busy one would keep several of them.
    stage.start('sse-http2');
    const streams = () => stage.count('sse-http2').opened;
    if (!(await stage.until(() => streams() > 0, CONNECT_MS_MAX))) return stage.say('tabs-without', over1);
    stage.startMore('sse-http2', TABS - 1);
    await stage.until(() => streams() >= TABS, CONNECT_MS_MAX);
    const shared = () => session.figures.lanes['sse-http2'].open;
    await stage.until(() => shared() === 1, CONNECT_MS_MAX);
    stage.say('tabs-both', { ...over1, streams: streams(), one: shared() });
}

/** Shows which side notices a client that vanished without closing its connection, and when. */
async function dead(stage) {
    const { session } = stage;
    await session.set(RATE, SIZE);
    const lanes = ['sse', 'websocket'];
    for (const lane of lanes) stage.start(lane);
    stage.say('dead-starting');
    await stage.until(() => lanes.every((lane) => stage.count(lane).deliveries > 0), CONNECT_MS_MAX);
    for (const lane of lanes) stage.count(lane).losses.length = 0;
    await Promise.all(lanes.map((lane) => session.trouble(lane, 'unplug')));
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    const hub = {};
    const browser = {};
    while (session.isOpen && performance.now() - began < NOTICE_MS_MAX && !lanes.every((lane) => hub[lane])) {
        const streams = await session.streams();
        for (const lane of lanes) {
            if (!streams[lane]) hub[lane] ??= seconds();
            if (stage.count(lane).losses.length) browser[lane] ??= seconds();
        }
        stage.say('dead-waiting', { seconds: figure(seconds()) });
        await pause(LOOK_MS);
    }
    const when = (at) => (at === undefined ? words('lab.demo.not-noticed') : `${figure(at)} s`);
    const browsers = lanes.map((lane) => `${nameOf(lane)} ${when(browser[lane])}`).join(', ');
    await Promise.all(lanes.map((lane) => session.trouble(lane, 'plug')));
    stage.say('dead', { hub: lanes.map((lane) => `${nameOf(lane)} ${when(hub[lane])}`).join(', '), browser: browsers });
}

/** Shows a buffering proxy: SSE arrives late, and other transports avoid the delay. */
async function network(stage) {
    const { session } = stage;
    await session.set(RATE, SIZE);
    stage.start('sse');
    stage.say('proxy-starting');
    await stage.until(() => stage.count('sse').deliveries > 5, CONNECT_MS_MAX);
    const before = stage.p50('sse');
    stage.count('sse').latencies.length = 0;
    await session.trouble('sse', 'buffer');
    stage.say('proxy-waiting');
    await pause(HELD_MS);
    const held = { before: figure(before), late: figure(Math.max(0, ...stage.count('sse').latencies) / 1000) };
    stage.say('proxy-held', held);
    if (!(await stage.button('proxy-around'))) return;
    session.stop('sse');
    const around = ['websocket', 'long-polling'];
    for (const lane of around) stage.start(lane);
    await Promise.all(around.map((lane) => session.trouble(lane, 'buffer')));
    await stage.until(() => around.every((lane) => stage.count(lane).deliveries > 5), CONNECT_MS_MAX);
    await pause(STEADY_MS);
    stage.say('proxy', { ...held, around: around.map((lane) => `${nameOf(lane)} ${figure(stage.p50(lane))} ms`).join(', ') });
}

/** Shows the fallback chain by hand: the visitor refuses one transport after the other. */
async function old(stage) {
    const { session } = stage;
    await session.set(RATE, SIZE);
    const steps = [];
    for (const lane of CHAIN) {
        const began = performance.now();
        stage.start(lane);
        stage.say('chain-connecting', { steps: steps.join(' → '), lane: nameOf(lane) });
        await stage.until(() => stage.count(lane).deliveries > 0, CONNECT_MS_MAX);
        const found = words('lab.demo.chain-step', { lane: nameOf(lane), ms: figure(performance.now() - began) });
        if (lane === CHAIN.at(-1)) {
            stage.say('chain', { steps: [...steps, found].join(' → ') });
            return;
        }
        stage.say('chain-now', { steps: [...steps, found].join(' → ') });
        if (!(await stage.button('chain-refuse', { lane: nameOf(lane) }))) return;
        stage.count(lane).losses.length = 0;
        await session.trouble(lane, 'refuse');
        await stage.until(() => stage.count(lane).losses.length > 0, CONNECT_MS_MAX);
        session.stop(lane);
        steps.push(words('lab.demo.chain-refused', { lane: nameOf(lane) }));
    }
}

const ALL = { connections, dead, network, old };
export const NAMES = Object.keys(ALL);

/** Runs a demonstration in an open lab, in a cell of the table. */
export function show(name, session, cell) {
    return ALL[name](new Stage(session, cell));
}
