// The measurements. Each row has a target, runs, and returns its results: a list of { server, load, …found }.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { median } from './median.mjs';
import { settings } from './settings.mjs';
import { freePort, pause, server, servers, start } from './servers.mjs';
import { measure, measureFresh, milliseconds } from './load.mjs';
import { processorTicks, rss } from './processes.mjs';
import { publishBy, ways as waysToPublish } from './publishers.mjs';
import { measureAnswers } from './answers.mjs';
import { stacks } from './answer-stacks.mjs';
import { doors } from './doors.mjs';

const ours = () => server('sluice');
const named = (...ids) => ids.map(server).filter((each) => each);
const half = (count) => Math.max(1, Math.round(count / 2));

/**
 * A row in which all servers get the same loads: each server is restarted and takes them one after the other.
 * Loads that are compared run close together, as the speed of the machine changes by the hour.
 */
function sideBySide(which, loads) {
    return async (tell) => {
        const found = [];
        for (let round = 1; round <= settings.rounds; round++) {
            for (const each of which()) {
                for (const load of loads) {
                    const forThis = typeof load === 'function' ? load(each) : load;
                    if (!forThis || (forThis.as && !each.as[forThis.as])) continue;
                    tell(each, forThis);
                    // A peer that does not start or answer must not prevent the figures of the others.
                    const result = await measureFresh(each, forThis).catch((failure) => ({ failed: failure.message }));
                    found.push({ server: each.id, load: forThis, round, ...result });
                }
            }
        }
        return found;
    };
}

// Several publishers for the highest throughput: requests of one connection are answered one after the other.
const inMemory = (each) => each.id === 'sluice-memory';
const isSynced = (each) => each.id === 'sluice-always';
const peersAndOurs = () => servers.filter((each) => !inMemory(each) && !isSynced(each));
const hasTls = (each) => ['sluice', 'nchan', 'ws'].includes(each.id);
const overTls = () => servers.filter(hasTls);
const publishing = () => servers.filter((each) => each.id !== 'floor-each');

/** A load without TLS and with it, and as a hundred streams on each connection of HTTP/2; the peers only with TLS. */
const tlsLoads = (load) => [
    (each) => each.isOurs && load,
    () => ({ ...load, tls: true }),
    (each) => each.isOurs && { ...load, tls: true, streams: Math.ceil(settings.readers / 10) },
];

const mostOf = () => publishing().filter((each) => !inMemory(each) && !isSynced(each));

const DOOR_READERS = 200;
const GIVEN_BACK_MS = 12_000; // Our server returns freed memory every ten seconds.

// Compilers and collectors allocate and free memory while the server is idle: up to 25 MB within seconds.
const LOOKS = settings.looks;
const LOOK_EVERY_MS = 3000;

/** Live bytes on the heap of our server: used memory also contains garbage that the collector has not removed. */
function heap(pid) {
    const jcmd = (process.env.JAVA ?? 'java').replace(/java$/, 'jcmd');
    try {
        const text = execFileSync(jcmd, [String(pid), 'GC.class_histogram'], { encoding: 'utf8', maxBuffer: 1 << 24 });
        // A line per class: "   1:   380049   18242352  java.lang.Object".
        return [...text.matchAll(/^ *\d+: +\d+ +(\d+) +(\S+)/gm)]
            .filter(([, , name]) => !name.includes('jdk.internal.vm.Filler'))
            .reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    } catch {
        return undefined;
    }
}

/** Memory with a number of idle connections, each number on a new server. */
async function idle(each, load) {
    const running = await start(each, { tls: load.tls });
    try {
        await pause(1000);
        const settlingMs = each.isOurs ? GIVEN_BACK_MS : 2500;
        const heldMs = settlingMs + LOOKS * LOOK_EVERY_MS + 3500;
        const holding = measure(each, running, { ...load, rate: 0, warmup: '10ms', duration: `${heldMs}ms` });
        // The connections are open when the server has them all: measure its memory from then until they close.
        const opened = await Promise.race([waitForSockets(running.port, load.connections), holding]);
        if (opened?.failed) return { failed: opened.failed };
        await pause(settlingMs);
        const looks = [];
        for (let look = 1; look <= LOOKS; look++) {
            looks.push(rss(running.pid));
            await pause(LOOK_EVERY_MS);
        }
        const measured = { heapBytes: each.isOurs ? heap(running.pid) : undefined, rssBytes: Math.min(...looks) };
        const result = await holding;
        return result.failed ? { failed: result.failed } : measured;
    } finally {
        await running.close();
    }
}

async function waitForSockets(port, count) {
    const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    for (const endMs = Date.now() + 120_000; Date.now() < endMs; ) { // A server that refuses some never has them all.
        const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n'));
        const open = lines.filter((line) => {
            const fields = line.trim().split(/\s+/);
            return fields[1]?.endsWith(end) && fields[3] === '01';
        });
        if (open.length >= count) return;
        await pause(200);
    }
}

const ways = [
    { way: 'one channel', channels: () => 1 },
    { way: 'a channel each', channels: (count) => count },
    { way: 'WebSocket', channels: () => 1, as: 'ws' },
];
// A handshake takes a millisecond of both sides, so there are fewer connections.
const tlsWays = [{ way: 'TLS', channels: () => 1, tls: true }, { way: 'WebSocket over TLS', channels: () => 1, as: 'ws', tls: true }];

const memory = (of, idleMax = settings.idle) => async (tell) => {
    const found = [];
    const few = Math.min(1000, half(idleMax));
    for (const each of mostOf()) {
        for (const { way, channels, as, tls } of of) {
            if ((as && !each.as[as]) || (!as && !each.as.sse) || (tls && !hasTls(each))) continue;
            const at = {};
            for (const connections of [few, idleMax]) {
                const load = { connections, channels: channels(connections), as: as ?? 'sse', ...(tls && { tls }) };
                tell(each, load);
                at[connections] = await idle(each, load).catch((failure) => ({ failed: failure.message }));
            }
            const [less, more] = [at[few], at[idleMax]];
            const slope = (name) => (more[name] - less[name]) / (idleMax - few);
            found.push({
                server: each.id,
                load: { way },
                from: few,
                to: idleMax,
                failed: less.failed ?? more.failed,
                rssPerConnection: slope('rssBytes'),
                heapPerConnection: more.heapBytes === undefined ? undefined : slope('heapBytes'),
                rssBytes: more.rssBytes,
            });
        }
    }
    return found;
};

async function empty(tell) {
    const found = [];
    tell(ours(), { connections: 0 });
    const running = await start(ours());
    try {
        await pause(GIVEN_BACK_MS);
        found.push({ server: 'sluice', load: { state: 'empty' }, rssBytes: rss(running.pid) });
        // The tail and RocksDB's caches fill up during that, each time by less.
        for (const fill of ['first', 'second', 'third', 'fourth', 'fifth'].slice(0, settings.fills)) {
            const filled = await measure(ours(), running, { connections: 0, inFlight: 2000, batch: 100, publishers: 4 });
            await pause(GIVEN_BACK_MS);
            const rssBytes = rss(running.pid);
            heap(running.pid); // Garbage that is not collected yet varies.
            await pause(GIVEN_BACK_MS);
            found.push({ server: 'sluice', load: { state: `after a ${fill} fill, no reader` }, rssBytes, collectedBytes: rss(running.pid), events: filled.expected });
        }
    } finally {
        await running.close();
    }
    return found;
}

/** Time from the command to the first answer, in milliseconds. */
async function startTime(tell) {
    tell(ours(), {});
    const found = [];
    for (let round = 1; round <= 10; round++) {
        const port = await freePort();
        const began = performance.now();
        const starting = start(ours(), { port });
        for (;;) if (await answers(port)) break;
        found.push({ server: 'sluice', load: {}, round, startMs: performance.now() - began });
        await (await starting).close();
    }
    return found;
}

function answers(port) {
    return new Promise((resolve) => {
        const request = http.get({ port, host: '127.0.0.1', path: '/livez', agent: false }, (response) => {
            response.resume().on('end', () => resolve(response.statusCode === 200));
        });
        // More often, and the requests themselves would take the time.
        request.on('error', () => setTimeout(() => resolve(false), 5));
    });
}

/** Collectors to run our hub with: its own, and the one of docs/performance.md for short pauses. */
const collectors = {
    serial: '',
    Shenandoah: '-XX:-UseSerialGC -XX:+UseShenandoahGC -XX:ShenandoahGCMode=generational -XX:ConcGCThreads=1 -XX:ParallelGCThreads=1 -Xmx512m',
};

/**
 * Runs our hub at half of the publishes that it takes with its own collector, to a reader of each of 19,000 channels.
 * Warming up at full speed has filled the newest events that it keeps in memory.
 */
async function pauses(tell) {
    const readers = { connections: 19_000, channels: 19_000, publishers: 64 };
    const most = { ...readers, inFlight: 64 };
    // The maximum of connections in tests takes more of the heap than `-Xmx` gives.
    const limited = { ...ours(), command: (port) => [...ours().command(port), '--set', `connections_max=${readers.connections + 1_000}`] };
    tell(limited, most);
    const saturated = await measureFresh(limited, most);
    const rate = Math.round((saturated.publishedPerSecond ?? 0) / 2);
    if (!rate) return [{ server: 'sluice', load: most, failed: saturated.failed ?? 'nothing was published' }];
    const found = [];
    for (const collector of Object.keys(collectors)) {
        const load = { ...readers, rate };
        tell(limited, { ...load, collector });
        found.push({ server: 'sluice', load: { ...load, collector }, ...(await collected(collector, limited, load)) });
    }
    return found;
}

/** Measures our hub under a load with a collector, and its pauses. */
async function collected(collector, hub, load) {
    const file = `${process.cwd()}/proof/bench/target/gc.log`;
    rmSync(file, { force: true });
    const options = `${process.env.SLUICE_JAVA_OPTS ?? ''} ${collectors[collector]} -Xlog:gc:file=${file}`;
    let began = 0; // Excludes the time of starting and compiling.
    let rssBytes;
    const found = await measureFresh(hub, load, {
        env: { SLUICE_JAVA_OPTS: options },
        heated: () => (began = statSync(file).size),
        afterwards: ({ pid }) => {
            rssBytes = rss(pid);
            // The old generation is seldom collected: force one collection at the end, to include its cost.
            if (collector === 'serial') heap(pid);
        },
    });
    const lines = readFileSync(file, 'utf8').slice(began);
    const seen = [...lines.matchAll(/Pause (\w+).* ([0-9.]+)ms/g)].map(([, kind, time]) => ({ isFull: kind === 'Full', time: Number(time) }));
    const longest = (isFull) => Math.max(0, ...seen.filter((each) => each.isFull === isFull).map((each) => each.time));
    const collections = seen.filter((each) => !each.isFull).length;
    return { ...found, collections, longestPauseMs: longest(false), longestFullMs: longest(true), rssBytes };
}

/** Publishes to a new server. */
async function publishTo(each, way) {
    const running = await start(each);
    try {
        await each.prepare?.(running);
        const warmup = each.isJvm ? settings.warmupJvm : settings.warmup;
        return await publishBy(way, running.port, warmup, settings.seconds, () => processorTicks(running.pid));
    } finally {
        await running.close();
    }
}

/** Publishes in each way to a server of its own. */
async function publishWays(tell) {
    const found = [];
    for (let round = 1; round <= settings.rounds; round++) {
        for (const way of waysToPublish) {
            tell(ours(), { way });
            found.push({ server: 'sluice', load: { way }, round, ...(await publishTo(ours(), way)) });
        }
    }
    return found;
}

/** Delivers and publishes through each door. */
async function throughDoors(tell) {
    const readers = { connections: DOOR_READERS };
    const found = await sideBySide(() => doors, [{ ...readers, rate: 100 }, { ...readers, inFlight: 32, publishers: 16 }])(tell);
    const load = { connections: 0, publishers: 64, pipeline: 1 };
    for (let round = 1; round <= settings.rounds; round++) {
        for (const each of doors) {
            tell(each, load);
            const result = await publishTo(each, each.way).catch((failure) => ({ failed: failure.message }));
            found.push({ server: each.id, load, round, ...result });
        }
    }
    return found;
}

/** Restarts our server under readers that reconnect four seconds later, a hundred events behind. */
async function restart(tell) {
    const load = { connections: settings.readers * 10, rate: 25, resume: true, comeBack: '4s' };
    tell(ours(), load);
    const running = await start(ours());
    let last = running;
    try {
        const seconds = Math.max(20, settings.seconds);
        const measuring = measure(ours(), running, { ...load, duration: milliseconds(seconds) });
        const opened = await Promise.race([waitForSockets(running.port, load.connections), measuring]);
        if (opened?.failed) return [{ server: 'sluice', load, ...opened }];
        await pause(settings.warmup * 1000 + 2000);
        await running.close();
        last = await start(ours(), { port: running.port, goesOn: true });
        return [{ server: 'sluice', load, ...(await measuring) }];
    } finally {
        await last.close();
    }
}

const perDelivery = (name, target, extra) => ({ columns: ['serverCpuUs', 'deliveriesPerSecond', 'latency'], ...extra, what: name, target });

export const rows = {
    rate100: perDelivery(`${settings.readers} SSE readers of one channel, 100 B, 100 msg/s`, 'CPU ≤ 1.15 × the C floor, ≤ 0.75 × nchan', {
        run: sideBySide(peersAndOurs, [{ rate: 100 }]),
        plot: 'serverCpuUs',
    }),
    rate1000: perDelivery('the same at 1,000 msg/s', 'all delivered, ≤ 0.75 µs, p99 ≤ 25 ms', {
        run: sideBySide(peersAndOurs, [{ rate: 1000 }]),
        plot: 'serverCpuUs',
    }),
    saturated32: perDelivery('the same saturated, 32 in flight', '≥ 3.5 M/s and ≥ 8 × the best peer', {
        run: sideBySide(peersAndOurs, [{ inFlight: 32, publishers: 16 }]),
        plot: 'deliveriesPerSecond',
    }),
    saturated256: perDelivery('the same saturated, 256 in flight', '≥ 12 M/s', {
        run: sideBySide(mostOf, [{ inFlight: 256, publishers: 16 }]),
        plot: 'deliveriesPerSecond',
    }),
    transports: perDelivery('each transport at 100 and 1,000 msg/s and saturated', 'within 1.3 × of SSE, per delivery', {
        run: sideBySide(
            () => named('sluice'),
            [{ rate: 100 }, { rate: 1000 }, { inFlight: 32, publishers: 16 }].flatMap((load) =>
                ['sse', 'ws', 'ws-raw', 'ndjson', 'text'].map((as) => ({ as, ...load })),
            ),
        ),
        by: (load) => (load.inFlight ? 'in flight 32' : `rate ${load.rate}`),
        baseline: (load) => load.as === 'sse',
        limit: 1.3,
    }),
    // The same number of deliveries per second in each case: only the number of readers per message changes.
    readers: perDelivery('10, 100 and 10,000 readers, saturated and at 100,000 deliveries/s', 'within 1.3 × of 1,000 readers, per delivery', {
        run: sideBySide(
            () => named('sluice', 'floor'),
            [
                ...[1000, 10, 100, 10_000].map((connections) => ({ connections, rate: Math.min(10_000, 100_000 / connections) })),
                ...[1000, 10, 100, 10_000].map((connections) => ({ connections, inFlight: 32, publishers: 16 })),
            ],
        ),
        by: (load) => (load.inFlight ? 'in flight 32' : '100,000 deliveries/s'),
        baseline: (load) => load.connections === 1000,
        limit: 1.3,
    }),
    // A reader of half of the channels, as is the average, gets half of the events, so twice as many are published.
    selections: perDelivery('1,000 readers with 1,000 different selections of ten channels', '≤ 1.3 × one channel at 100 msg/s, ≤ 0.3 µs saturated', {
        run: sideBySide(
            () => named('sluice'),
            [{ rate: 100 }, { rate: 200, channels: 10, subsets: true }, { inFlight: 32, publishers: 16 }, { inFlight: 64, publishers: 16, channels: 10, subsets: true }],
        ),
    }),
    channels: perDelivery('1,000 channels with one reader each, 2,000 msg/s in total', 'CPU ≤ 2 × nchan with one worker, 1.2 × with --memory; p99 ≤ 1 ms', {
        run: sideBySide(publishing, [{ channels: settings.readers, rate: 2000 }]),
        plot: 'serverCpuUs',
    }),
    // As in chats and notifications: the publish decides, not the delivery.
    channels64: perDelivery('1,000 channels with one reader each, 64 publishes in flight', '≥ 0.75 × nchan; with --memory ≥ 1 × nchan and ≥ 1.15 × Node ws', {
        run: sideBySide(publishing, [{ channels: settings.readers, publishers: 64, pipeline: 1, inFlight: 64 }]),
        plot: 'deliveriesPerSecond',
    }),
    single: perDelivery('one publish to one reader, idle server', 'p50 ≤ 2 × the C floor, p99 ≤ 1.5 ms', {
        run: sideBySide(publishing, [{ connections: 1, rate: 50 }]),
    }),
    pauses: {
        what: 'longest pauses of the collector with 19,000 readers of a channel each, a full tail and half of saturation; the cost of another collector',
        target: '≤ 5 ms; ≤ 20 ms for the old generation',
        run: pauses,
        columns: ['collections', 'longestPauseMs', 'longestFullMs', 'serverCpuUs', 'rssBytes', 'publishedPerSecond', 'latency'],
    },
    memory: {
        what: 'memory of an idle connection, slope from 1,000 to 19,000',
        target: 'heap ≤ 1.3 kB on one channel, ≤ 1.8 kB each on its own, + 0.4 kB WebSocket; RSS ≤ 3 kB',
        run: memory(ways),
        columns: ['heapPerConnection', 'rssPerConnection', 'rssBytes'],
        plot: 'rssPerConnection',
    },
    empty: { what: 'an empty server, and one that has events and no reader', target: 'RSS ≤ 110 MB, nothing beyond a bounded cache', run: empty, columns: ['rssBytes', 'collectedBytes', 'events'] },
    publish: {
        what: 'durable publishes over HTTP, 100 B: one a request on 64 connections; batches of 100; one a request, pipelined on 16 connections',
        target: '≥ 50,000/s; ≥ 250,000 events/s',
        run: sideBySide(
            () => named('sluice', 'sluice-always'),
            [
                { connections: 0, publishers: 64, pipeline: 1, inFlight: 64 },
                { connections: 0, publishers: 8, pipeline: 4, batch: 100, inFlight: 3200 },
                { connections: 0, publishers: 16, inFlight: 256 },
            ],
        ),
        columns: ['publishedPerSecond', 'serverCpuUs', 'latency'],
    },
    publishWays: {
        what: 'durable publishes by POST, by WebSocket and in sessions, on 64 connections with one under way each, from one process',
        target: 'by WebSocket and in sessions at least as many as by POST',
        run: publishWays,
        columns: ['publishedPerSecond', 'serverCpuUs'],
    },
    restart: {
        what: 'restart under 10,000 readers, each then 100 events behind',
        target: 'all caught up within 5 s, nothing lost or repeated',
        run: restart,
        columns: ['catchUpSeconds', 'resumed', 'latency'],
    },
    cuts: {
        what: 'lines cut at random every 2 s for a minute, 2,000 clients that resume',
        target: '100 % delivered, none twice',
        run: sideBySide(
            () => named('sluice'),
            [{ connections: settings.readers * 2, rate: 20, resume: true, cut: '2s', duration: milliseconds(settings.seconds * 6) }],
        ),
        columns: ['resumed', 'deliveriesPerSecond', 'latency'],
    },
    stalled: perDelivery('200 readers that stall beside 1,000 that don’t, saturated', 'the 1,000 lose less than 5 %', {
        run: sideBySide(() => named('sluice'), [{ inFlight: 32, publishers: 16 }, { inFlight: 32, publishers: 16, stalled: Math.round(settings.readers / 5) }]),
    }),
    tls100: perDelivery(`${settings.readers} SSE readers over TLS 1.3, 100 B, 100 msg/s, HTTP/1.1 and ten connections of HTTP/2`, 'CPU ≤ 1.6 × plain HTTP/1.1', {
        run: sideBySide(overTls, tlsLoads({ rate: 100 })),
    }),
    tls1000: perDelivery('the same at 1,000 msg/s', 'none yet', {
        run: sideBySide(overTls, tlsLoads({ rate: 1000 })),
    }),
    tlsSaturated: perDelivery('the same saturated, 32 in flight', 'CPU ≤ 3 × plain HTTP/1.1, ≥ 4 × the deliveries of the best peer over TLS', {
        run: sideBySide(overTls, tlsLoads({ inFlight: 32, publishers: 16 })),
    }),
    tlsMemory: {
        what: 'memory of an idle connection over TLS, slope from 1,000 to 5,000',
        target: 'RSS ≤ 12 kB',
        run: memory(tlsWays, Math.min(5000, settings.idle)),
        columns: ['heapPerConnection', 'rssPerConnection', 'rssBytes'],
    },
    // No target: documents how cost grows, for docs/performance.md.
    growth: perDelivery('how cost grows with readers, rate, size and channels', 'none', {
        run: sideBySide(
            () => named('sluice'),
            [
                ...[10, 100, 1000, 10_000].map((connections) => ({ connections, rate: 10 })),
                ...[1, 100, 300, 1000, 3000].map((rate) => ({ rate })),
                ...[50, 1000, 10_000].map((size) => ({ rate: 100, size })),
                ...[10, 100, 1000].map((channels) => ({ rate: 1000, channels })),
            ],
        ),
        plot: 'serverCpuUs',
        isInOrder: true,
    }),
    answers: {
        what: 'a model’s answers, 50 tokens a second each: each page is reloaded once, and loses its connection once',
        target: 'nothing lost or repeated, no more CPU a token than the best peer, and as many answers held',
        note: `Each answer has a page, which starts it, is reloaded amid it (the time until it shows the same text again) and later is offline for half a
second, after which it asks for what it misses. A Node program with the model writes the answers as the recipe or README of each server says: one upload for
each, \`resumable-stream\` over Redis, the producer of \`@durable-streams/client\`. CPU for each token and memory count that program, too, and the server alone
beside it. An answer is held if 99 % of its tokens are read within a second of when they were due; a server that does not hold so many gets no more.
A token is called lost if its page does not have it 15 seconds after the last one was due, which a server that is only too slow brings about, too.
The last columns: whose text can still be read when the answer has ended, and how busy the machine was.`,
        run: measureAnswers,
        servers: stacks,
        columns: ['firstP50', 'firstP99', 'reloadP50', 'reloadP99', 'latency', 'serverCpuUs', 'storeCpuUs', 'rssBytes', 'storeBytes', 'keptAfterEnd', 'machineBusy'],
        ratios: ['reloadP50', 'reloadP99', 'p50', 'p99', 'serverCpuUs', 'rssBytes'],
        base: 'Sluice on disk with as many answers',
        size: 'answers',
    },
    doors: {
        what: 'one channel through each protocol, 100 B: deliveries to 200 readers, and publishes of 64 connections with one under way each',
        target: 'none: what each protocol costs beside SSE and POST',
        note: `All protocols are served by the same hub, and read and write the same channel. Deliveries: the events are published by POST, the readers are
those of \`sluice bench\`. Publishes: one process repeats one request on each connection. Server CPU is for one delivery, without readers for one publish.
The Durable Streams server of npm keeps its streams in memory, the hub is on disk.`,
        run: throughDoors,
        servers: doors,
        columns: ['serverCpuUs', 'deliveriesPerSecond', 'publishedPerSecond', 'latency'],
        ratios: ['serverCpuUs', 'deliveriesPerSecond', 'publishedPerSecond', 'p50', 'p99'],
        base: 'SSE and POST with the same load',
    },
    start: { what: 'start to first answer', target: '≤ 0.4 s', run: startTime, columns: ['startMs'] },
};
