// Measures one lane after the other: first the cost of waiting, then the cost of events in each direction,
// then the recovery from a cut.
import { quantile } from './lanes.js';

const WARM_MS = 1000;
const READY_MS = 8000;
const DRAIN_MS = 200;
const CUT_RATE_MIN = 20; // During a cut, each channel soon has an event that shows when a client has recovered.
const BEFORE_CUT_MS = 500;
const BACK_MS_MAX = 15_000;
const LOOK_MS = 50;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits for a condition, at most `ms`. */
async function until(holds, ms) {
    for (let waited = 0; !holds() && waited < ms; waited += LOOK_MS) await pause(LOOK_MS);
}

/** Returns the hub's processor time between two moments, in microseconds per second; null if this system does not report it. */
const cpuUs = (from, to) => (from.cpuMs === null ? null : ((to.cpuMs - from.cpuMs) * 1000) / ((to.ms - from.ms) / 1000));

/** Returns the memory that the hub allocates on its heap between two moments, in bytes per second. */
const allocated = (from, to) => (to.allocatedBytes - from.allocatedBytes) / ((to.ms - from.ms) / 1000);

/** Measures the cost of the hub without clients: while nothing happens, and while events are published that no client reads. */
export async function baseline(session, { rate, size, channels, seconds }) {
    const idle = await quiet(session, seconds);
    await session.set(rate, size, channels);
    await pause(WARM_MS);
    const publishing = await quiet(session, seconds);
    await session.set(0, size, channels);
    return { idle, publishing };
}

async function quiet(session, seconds) {
    const from = await session.next();
    await pause(seconds * 1000);
    const to = await session.next();
    return { cpuUs: cpuUs(from, to), allocated: allocated(from, to) };
}

/** Returns the figures of a lane, or null if its clients can't connect. */
export async function measure(session, lane, plan, without) {
    const { size, clients, interval, seconds, direction, cut } = plan;
    const count = session.counts[lane];
    count.clear();
    const before = await session.next();
    session.start(lane, plan);
    await until(() => count.opened >= clients, READY_MS);
    if (!count.opened) {
        session.stop(lane);
        return null;
    }
    const after = await session.next();
    const wait = lane === 'polling' ? interval : 0;
    const idle = await span(session, lane, Math.max(seconds * 1000, wait));
    const delivered = direction === 'up' ? null : await downward(session, lane, plan, wait, without);
    const published = direction === 'down' ? null : await upward(session, lane, plan, without);
    const open = session.figures.lanes[lane].open;
    const recovery = cut && delivered ? await recover(session, lane, plan, wait) : null;
    session.stop(lane);
    const footprint = (await session.footprint(lane, size)) ?? {};
    return {
        lane,
        delivered,
        published,
        open,
        connect: bytesBetween(before, after, lane) / clients,
        idle: { seconds: idle.seconds, up: idle.up / idle.seconds / clients, down: idle.down / idle.seconds / clients, requests: idle.requests / idle.seconds / clients, cpuUs: added(idle.cpuUs, without.idle.cpuUs, clients) },
        recovery,
        footprint,
    };
}

function bytesBetween(from, to, lane) {
    const [a, b] = [from.lanes[lane], to.lanes[lane]];
    return b.up - a.up + b.down - a.down;
}

async function downward(session, lane, { rate, size, channels, seconds }, wait, without) {
    const count = session.counts[lane];
    await session.set(rate, size, channels);
    await pause(WARM_MS + wait);
    count.latencies.length = 0;
    const busy = await span(session, lane, seconds * 1000);
    const sorted = (count.measured = count.latencies.toSorted((a, b) => a - b));
    await session.set(0, size, channels);
    await pause(DRAIN_MS + wait);
    return traffic(busy, busy.deliveries, sorted, without.publishing, count.lost, count.repeated);
}

async function upward(session, lane, { rate, size, seconds }, without) {
    const count = session.counts[lane];
    session.send(lane, rate, size);
    await pause(WARM_MS);
    count.upLatencies.length = 0;
    const busy = await span(session, lane, seconds * 1000);
    const sorted = count.upLatencies.toSorted((a, b) => a - b);
    count.measured ??= sorted;
    session.send(lane, 0, size);
    await until(() => count.arrived >= count.sent, READY_MS);
    await session.next();
    return traffic(busy, busy.arrived, sorted, without.idle, Math.max(0, count.sent - count.arrived), 0);
}

/**
 * Returns the figures of events in one direction: latencies in milliseconds, the rest per event; null if
 * there were no events.
 */
function traffic(busy, events, sorted, without, lost, repeated) {
    if (!events) return null;
    const { seconds, up, down, requests } = busy;
    const rate = events / seconds;
    return {
        seconds,
        events,
        p50: quantile(sorted, 0.5),
        p99: quantile(sorted, 0.99),
        up: up / events,
        down: down / events,
        requests: requests / events,
        cpuUs: added(busy.cpuUs, without.cpuUs, rate),
        allocated: added(busy.allocated, without.allocated, rate),
        lost,
        repeated,
    };
}

/** Cuts the connections while events are published. Returns the time until half of the clients have a new event, and what was lost. */
async function recover(session, lane, { rate, size, channels, clients }, wait) {
    const count = session.counts[lane];
    await session.set(Math.max(rate, CUT_RATE_MIN), size, channels);
    await pause(BEFORE_CUT_MS + wait);
    const before = { lost: count.lost, repeated: count.repeated };
    await session.trouble(lane, 'cut'); // The cut is over before the response.
    count.mark(performance.timeOrigin + performance.now(), session.skewUs);
    await until(() => count.back.size >= clients, BACK_MS_MAX);
    await session.set(0, size, channels);
    await pause(DRAIN_MS + wait);
    return { seconds: count.recovery(clients), lost: count.lost - before.lost, repeated: count.repeated - before.repeated };
}

/** Returns the cost that clients add to the hub's own, per event or client; null if this system does not report it. */
const added = (cost, without, each) => (cost === null ? null : Math.max(0, cost - without) / each);

/** Returns the counts of a lane over the given time. */
async function span(session, lane, ms) {
    const count = session.counts[lane];
    const from = await session.next();
    const before = { deliveries: count.deliveries, requests: count.requests };
    await pause(ms);
    const to = await session.next();
    const [a, b] = [from.lanes[lane], to.lanes[lane]];
    return {
        seconds: (to.ms - from.ms) / 1000,
        up: b.up - a.up,
        down: b.down - a.down,
        deliveries: count.deliveries - before.deliveries,
        arrived: b.arrived - a.arrived,
        requests: count.requests - before.requests,
        cpuUs: cpuUs(from, to),
        allocated: allocated(from, to),
    };
}
