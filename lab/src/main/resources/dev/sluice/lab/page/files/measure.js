// Measures one lane after the other: first what it costs to wait, then what events cost.
const WARM_MS = 1000;
const READY_MS = 8000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The hub's use of processors between two moments, in microseconds per second; null: this system does not tell. */
const cpuUs = (from, to) => (from.cpuMs === null ? null : ((to.cpuMs - from.cpuMs) * 1000) / ((to.ms - from.ms) / 1000));

/** The cost of the hub without clients: while nothing happens, and while events are published that nobody reads. */
export async function baseline(session, { rate, size, seconds }) {
    const idle = await quiet(session, seconds);
    await session.set(rate, size);
    await pause(WARM_MS);
    const publishing = await quiet(session, seconds);
    await session.set(0, size);
    return { idle, publishing };
}

async function quiet(session, seconds) {
    const from = await session.next();
    await pause(seconds * 1000);
    return cpuUs(from, await session.next());
}

/** Returns the figures of a lane, or null if its clients can't connect. */
export async function measure(session, lane, { rate, size, clients, interval, seconds }, without) {
    const count = session.counts[lane];
    count.clear();
    session.start(lane, clients, interval);
    for (let waited = 0; count.opened < clients && waited < READY_MS; waited += 50) await pause(50);
    if (!count.opened) {
        session.stop(lane);
        return null;
    }
    const idle = await span(session, lane, Math.max(seconds * 1000, lane === 'polling' ? interval : 0));
    await session.set(rate, size);
    await pause(WARM_MS + (lane === 'polling' ? interval : 0));
    const busy = await span(session, lane, seconds * 1000);
    const sums = count.sums();
    await session.set(0, size);
    await pause(200 + (lane === 'polling' ? interval : 0));
    const { lost, repeated } = count.sums();
    session.stop(lane);
    const perSecond = busy.deliveries / busy.seconds;
    return {
        lane,
        seconds: busy.seconds,
        deliveries: busy.deliveries,
        p50: sums.p50,
        p99: sums.p99,
        up: busy.up / busy.deliveries,
        down: busy.down / busy.deliveries,
        requests: busy.requests / busy.deliveries,
        open: sums.open,
        cpuUs: added(busy.cpuUs, without.publishing, perSecond),
        lost,
        repeated,
        idle: { seconds: idle.seconds, up: idle.up / idle.seconds / clients, down: idle.down / idle.seconds / clients, requests: idle.requests / idle.seconds / clients, cpuUs: added(idle.cpuUs, without.idle, clients) },
    };
}

/** The processor time that clients add to the hub's, for each event or client; null: this system does not tell. */
const added = (us, without, each) => (us === null ? null : Math.max(0, us - without) / each);

/** The counts of a lane in some time. */
async function span(session, lane, ms) {
    const count = session.counts[lane];
    const from = await session.next();
    const before = { deliveries: count.deliveries, requests: count.requests };
    count.latencies.length = 0;
    await pause(ms);
    const to = await session.next();
    const [a, b] = [from.lanes[lane], to.lanes[lane]];
    return {
        seconds: (to.ms - from.ms) / 1000,
        up: b.up - a.up,
        down: b.down - a.down,
        deliveries: count.deliveries - before.deliveries,
        requests: count.requests - before.requests,
        cpuUs: cpuUs(from, to),
    };
}
