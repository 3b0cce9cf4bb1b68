// Tests the models of the lab's page without a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const load = (file) => import(new URL(`../../main/resources/dev/sluice/lab/page/files/${file}`, import.meta.url));
const { LANES, LaneCount } = await load('lanes.js');
const { Dots } = await load('dots.js');
const { BACK, Steps, QUANTITIES, STEP_MS } = await load('steps.js');

const counts = () => Object.fromEntries(LANES.map((lane) => [lane, new LaneCount()]));
const figures = (up, down, open, arrived = 0) => ({ up, down, open, connections: open, arrived, upwardUs: [] });
const report = (arrivals, more = {}) => ({ arrivals, requests: 0, sent: 0, lost: 0, repeated: 0, opened: 1, losses: [], ...more });
/** Returns events with these latencies, in milliseconds. */
const events = (...latencies) => latencies.map((ms, i) => [i, 0, ms * 1000, 0]);
const hub = (step, cpuMs, allocatedBytes) => ({ ms: step * STEP_MS, cpuMs, allocatedBytes });
const at = (steps, quantity, lane, way = 'down') => steps.lines(quantity).find((line) => line.lane === lane && line.way === way).values;

test('a run has a line for each lane in each of its charts', () => {
    assert.deepEqual(QUANTITIES, ['p50', 'p99', 'up', 'down', 'requests', 'open', 'cpu', 'memory', 'lost', 'repeated', 'back']);
    const steps = new Steps();
    for (const quantity of QUANTITIES) for (const lane of LANES) assert.deepEqual(at(steps, quantity, lane), []);
});

test('a step has quantiles, what an event of a lane costs, and counts', () => {
    const steps = new Steps();
    const all = counts();
    all.sse.figures(figures(100, 200, 1), 0);
    steps.add(hub(0, 50, 1000), all, null, 1);
    all.sse.add(report(events(...Array.from({ length: 100 }, (_, i) => i + 1)), { requests: 25, lost: 3, repeated: 2 }), 0);
    all.sse.figures(figures(1100, 20_200, 2), 0);
    steps.add(hub(1, 60, 51_000), all, null, 1);
    const step = (quantity, lane = 'sse') => at(steps, quantity, lane)[1];
    assert.deepEqual(['p50', 'p99', 'up', 'down', 'requests', 'open', 'lost', 'repeated'].map((each) => step(each)), [51, 100, 10, 200, 0.25, 2, 3, 2]);
    assert.deepEqual(['cpu', 'memory'].map((each) => [step(each), step(each, null)]), [[null, 100], [null, 500]]);
    assert.deepEqual(['p50', 'up', 'lost'].map((each) => step(each, 'websocket')), [null, null, null], 'a lane without events has gaps');
    assert.deepEqual(steps.times, [0, STEP_MS]);
});

test('the cost of the hub is that of a lane that runs alone', () => {
    const steps = new Steps();
    const all = counts();
    steps.add(hub(0, 10, 0), all, 'sse', 1);
    all.sse.add(report(events(1, 1)), 0);
    steps.add(hub(1, 12, 300), all, 'sse', 1);
    assert.deepEqual([at(steps, 'cpu', 'sse')[1], at(steps, 'memory', 'sse')[1]], [1000, 150]);
    assert.deepEqual([at(steps, 'cpu', null)[1], at(steps, 'memory', null)[1]], [null, null]);
});

test('events that the browser publishes have a separate latency', () => {
    const steps = new Steps();
    const all = counts();
    all.websocket.figures(figures(0, 0, 1), 0);
    steps.add(hub(0, 0, 0), all, null, 1);
    all.websocket.figures({ ...figures(0, 0, 1, 2), upwardUs: [3000, 5000] }, 0);
    steps.add(hub(1, 0, 0), all, null, 1);
    assert.deepEqual([at(steps, 'p50', 'websocket', 'up')[1], at(steps, 'p50', 'websocket')[1]], [5, null]);
});

test('figures are those of the last five seconds, and never go back to another run of a lane', () => {
    const steps = new Steps();
    const all = counts();
    for (let i = 0; i < 30; i++) {
        all.sse.add(report(events(i < 15 ? 1000 : 1)), 0);
        all.sse.figures(figures(i < 15 ? 500 * i : 7000 + i, 0, 1), 0);
        steps.add(hub(i, 0, 0), all, null, 1);
    }
    assert.deepEqual([at(steps, 'p99', 'sse').at(-1), at(steps, 'up', 'sse').at(-1)], [1, 1]);
    all.sse.clear();
    steps.add(hub(30, 0, 0), all, null, 1);
    assert.deepEqual([at(steps, 'p50', 'sse').at(-1), at(steps, 'up', 'sse').at(-1)], [null, null]);
    all.sse.add(report(events(7)), 0);
    steps.add(hub(31, 0, 0), all, null, 1);
    assert.equal(at(steps, 'p50', 'sse').at(-1), 7);
});

test('a cut has one mark, when half of the clients have an event that was published after it', () => {
    const steps = new Steps();
    const all = counts();
    const skewUs = 5_000_000;
    all.sse.mark(10_000, skewUs);
    const later = (ms, client) => [0, ms * 1000 + skewUs, 2000 - skewUs, client];
    all.sse.add(report([later(9_000, 0), later(9_000, 1)]), skewUs);
    steps.add(hub(0, 0, 0), all, null, 4);
    all.sse.add(report([later(10_500, 0)]), skewUs);
    steps.add(hub(1, 0, 0), all, null, 4);
    all.sse.add(report([later(10_700, 1), later(11_000, 2)]), skewUs);
    steps.add(hub(2, 0, 0), all, null, 4);
    steps.add(hub(3, 0, 0), all, null, 4);
    assert.deepEqual(at(steps, BACK, 'sse'), [null, null, 0.702, null]);
    all.sse.mark(20_000, skewUs);
    all.sse.add(report([0, 1, 2, 3].map((client) => later(20_001, client))), skewUs);
    steps.add(hub(4, 0, 0), all, null, 4);
    assert.equal(at(steps, BACK, 'sse')[4], 0.003);
});

test('a run of an hour keeps its last five minutes', () => {
    const steps = new Steps();
    const all = counts();
    for (let i = 0; i < 700; i++) steps.add(hub(i, 0, 0), all, null, 1);
    assert.deepEqual([steps.times.length, steps.times.at(-1)], [600, 699 * STEP_MS]);
    for (const quantity of QUANTITIES) for (const { values } of steps.lines(quantity)) assert.equal(values.length, 600);
    steps.clear();
    assert.deepEqual([steps.times.length, at(steps, 'p50', 'sse').length, steps.isDue(0)], [0, 0, true]);
});

test('events from before a lane was connected do not stay for ever at the edge of its strip', () => {
    const dots = new Dots();
    for (const number of [1, 2, 3, 4, 5]) dots.published(number, 0);
    dots.arrived(4, 2, 10);
    assert.deepEqual([...dots.waiting.keys()], [5]);
    assert.equal(dots.landed.length, 1);
    dots.forget(1000);
    assert.deepEqual([dots.landed.length, dots.histogram(2).reduce((a, b) => a + b)], [1, 1]);
    dots.forget(2000);
    assert.deepEqual([dots.landed.length, [...dots.waiting.keys()]], [0, [5]]);
    dots.forget(70_000);
    assert.equal(dots.waiting.size, 0);
});

test('the results of a measurement stay on its strip until the next run', () => {
    const dots = new Dots();
    dots.keep([1, 2, 900]);
    dots.arrived(1, 2, 0);
    dots.forget(10_000);
    assert.deepEqual(dots.histogram(2), [2, 1]);
    dots.clear();
    assert.deepEqual(dots.histogram(2), [0, 0]);
});

test('processor time below that of an idle hub is not shown', async () => {
    const { isTold } = await load('processor.js');
    const traffic = { cpuUs: 2_000, events: 100, seconds: 10 }; // 20 ms of processor time per second.
    assert.deepEqual([isTold(10_000, traffic), isTold(30_000, traffic), isTold(null, traffic), isTold(0, null), isTold(0, { ...traffic, cpuUs: null })], [true, false, false, false, false]);
});
