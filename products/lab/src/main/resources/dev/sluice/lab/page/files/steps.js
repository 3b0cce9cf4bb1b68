// The data of a run's charts: a step every half second, with the figures of the last five seconds. A model
// without a page.
import { LANES, quantile } from './lanes.js';

export const STEP_MS = 500;
const STEPS_MAX = 600; // Five minutes.
const WINDOW = 10; // In steps: long enough to include events of polling, short enough that a fault shows soon.
export const BACK = 'back';
export const QUANTITIES = ['p50', 'p99', 'up', 'down', 'requests', 'open', 'cpu', 'memory', 'lost', 'repeated', BACK];
const BOTH_WAYS = ['p50', 'p99'];
const HUBS = ['cpu', 'memory'];

export class Steps {
    times = [];
    #samples = []; // The samples of the window: { ms, cpuMs, allocatedBytes, totals by lane }.
    #lines = new Map();
    #recovered = new Map(); // By lane: the cut whose recovery has been shown.

    constructor() {
        for (const quantity of QUANTITIES) {
            const lines = LANES.map((lane) => ({ lane, way: 'down', values: [] }));
            if (BOTH_WAYS.includes(quantity)) lines.push(...LANES.map((lane) => ({ lane, way: 'up', values: [] })));
            if (HUBS.includes(quantity)) lines.push({ lane: null, way: 'down', values: [] });
            this.#lines.set(quantity, lines);
        }
    }

    clear() {
        this.times.length = 0;
        this.#samples.length = 0;
        for (const { values } of this.#all()) values.length = 0;
    }

    /**
     * Returns the lines of a quantity: `{ lane, way, values }`. The lane is null for all lanes together; null
     * values are gaps.
     */
    lines(quantity) {
        return this.#lines.get(quantity);
    }

    /** Returns true if the next step is due. */
    isDue(ms) {
        return !this.#samples.length || ms - this.#samples.at(-1).ms >= STEP_MS;
    }

    /**
     * Adds a step.
     *
     * @param hub     `{ ms, cpuMs, allocatedBytes }` so far
     * @param counts  the counts by lane
     * @param alone   the only lane that runs; null if all run, so that the hub's cost can't be attributed to
     *                a lane
     * @param clients the number of clients of each lane
     */
    add({ ms, cpuMs, allocatedBytes }, counts, alone, clients) {
        const totals = Object.fromEntries(LANES.map((lane) => [lane, counts[lane].totals()]));
        const now = { ms, cpuMs, allocatedBytes, totals };
        this.#samples.push(now);
        if (this.#samples.length > WINDOW + 1) this.#samples.shift();
        this.times.push(ms);
        const row = Object.fromEntries(LANES.map((lane) => [lane, this.#laneFigures(lane, now, counts[lane], clients)]));
        const costs = { ...hubFigures(alone ? [alone] : LANES, this.#before(alone, now), now), lane: alone };
        for (const quantity of QUANTITIES) for (const line of this.#lines.get(quantity)) line.values.push(valueOf(quantity, line, row, costs));
        if (this.times.length <= STEPS_MAX) return;
        this.times.shift();
        for (const { values } of this.#all()) values.shift();
    }

    #all() {
        return [...this.#lines.values()].flat();
    }

    /** Returns the oldest sample of the window that is comparable with a later one. @param lane null for all lanes */
    #before(lane, now) {
        const lanes = lane ? [lane] : LANES;
        return this.#samples.find(({ totals }) => lanes.every((each) => totals[each].turn === now.totals[each].turn));
    }

    #laneFigures(lane, now, count, clients) {
        const from = this.#before(lane, now).totals[lane];
        const to = now.totals[lane];
        const events = to.events - from.events;
        const per = (name) => (events ? (to[name] - from[name]) / events : null);
        return {
            ...quantiles(count.latencies, to.deliveries - from.deliveries),
            upward: quantiles(count.upLatencies, to.arrived - from.arrived),
            up: per('up'),
            down: per('down'),
            requests: per('requests'),
            open: to.open,
            lost: to.lost,
            repeated: to.repeated,
            [BACK]: this.#recovery(lane, count, clients),
        };
    }

    /** Returns the time to recover from a cut, at the step at which it becomes known. */
    #recovery(lane, count, clients) {
        const seconds = count.recovery(clients);
        if (seconds === null || this.#recovered.get(lane) === count.markMs) return null;
        this.#recovered.set(lane, count.markMs);
        return seconds;
    }
}

/** Returns the quantiles of the newest latencies, as many as there were events. */
function quantiles(latencies, events) {
    const sorted = events > 0 ? latencies.slice(-events).sort((a, b) => a - b) : [];
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** Returns what the hub takes per event of these lanes: processor time in microseconds, memory in bytes. */
function hubFigures(lanes, from, to) {
    const events = lanes.reduce((sum, lane) => sum + to.totals[lane].events - from.totals[lane].events, 0);
    if (!events) return { cpu: null, memory: null };
    return { cpu: to.cpuMs === null ? null : ((to.cpuMs - from.cpuMs) * 1000) / events, memory: (to.allocatedBytes - from.allocatedBytes) / events };
}

function valueOf(quantity, { lane, way }, row, costs) {
    if (HUBS.includes(quantity)) return lane === costs.lane ? costs[quantity] : null;
    return way === 'up' ? row[lane].upward[quantity] : row[lane][quantity];
}
