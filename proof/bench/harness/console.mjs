// The command behind proof/bench/console: measures the processor time of a hub without a console, with a
// console open on another hub of this machine, and with a console open on it, in turns. The second case shows
// the effect of the console's own process on the others.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Sluice } from '../../../clients/client-js/dist/client.js';
import { measure, milliseconds } from './load.mjs';
import { median } from './median.mjs';
import { pause, server, start } from './servers.mjs';
import { settings } from './settings.mjs';

const loads = { rate100: { rate: 100 }, rate1000: { rate: 1000 }, saturated32: { inFlight: 32, publishers: 16 } };
const chosen = process.argv.slice(2);
const unknown = chosen.filter((row) => !loads[row]);
if (unknown.length) {
    console.error(`usage: proof/bench/console [ROW...], of ${Object.keys(loads).join(' ')}`);
    process.exit(64);
}
const turns = Number(process.env.BENCH_PAIRS ?? 9);
const TURN_MS = 10_000;
const SETTLE_MS = 2_000; // A console asks for more when it opens than later.
const TICK_MS = 10; // USER_HZ is 100 on all common platforms (proc(5)).

/** The requests that an open overview repeats, and those of a scraper. */
const repeated = [
    { path: '/channels/**?as=json&last=8&limit=8', everyMs: 4_000 },
    { path: '/channels?limit=1000', everyMs: 5_000 },
    { path: '/metrics', everyMs: 5_000 },
];

const get = async (hub, path) => (await fetch(hub.url + path)).text();

/** Reads what a console reads, until it is closed. */
function open(hub) {
    const sluice = new Sluice(hub.url, { betterMs: 600_000 });
    sluice.channel('$stats', { since: '15m' }).on('*', () => {});
    sluice.channel('$stats/channels', { snapshot: true }).on('*', () => {});
    const timers = repeated.map(({ path, everyMs }) => setInterval(() => get(hub, path), everyMs));
    return () => {
        timers.forEach(clearInterval);
        sluice.close();
    };
}

/** Compiles the console's way through the hub, which is open for hours, as the load does with its own. */
async function heat(hub) {
    const close = open(hub);
    const endMs = Date.now() + settings.warmupJvm * 1000;
    while (Date.now() < endMs) for (const { path } of repeated) await get(hub, path);
    close();
}

function processorMs(pid) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function delivered(hub) {
    const found = /^sluice_delivered_events_total (\S+)/m.exec(await get(hub, '/metrics'));
    if (!found) throw new Error('/metrics has no count of deliveries');
    return Number(found[1]);
}

/** Processor time in microseconds for each delivery, over one turn. */
async function turn(hub, looked) {
    const close = looked ? open(looked) : () => {};
    await pause(SETTLE_MS);
    const before = { events: await delivered(hub), ms: processorMs(hub.pid) };
    await pause(TURN_MS);
    const after = { ms: processorMs(hub.pid), events: await delivered(hub) };
    close();
    return (1000 * (after.ms - before.ms)) / (after.events - before.events);
}

/** A hub that nobody publishes to. */
const idle = {
    id: 'idle',
    name: 'an idle hub',
    command: (port) => [path.join(settings.subject, 'sluice'), 'serve', '--memory', '--port', String(port)],
};

async function row(load) {
    const ours = server('sluice');
    const elsewhere = await start(idle);
    const hub = await start(ours);
    try {
        const heating = measure(ours, hub, { inFlight: 32, warmup: '10ms', duration: milliseconds(settings.warmupJvm) });
        await Promise.all([heating, heat(hub), heat(elsewhere)]);
        const seconds = 5 + (turns * 3 * (TURN_MS + SETTLE_MS + 500)) / 1000;
        const loading = measure(ours, hub, { ...load, duration: milliseconds(seconds) });
        await pause(5_000 + settings.warmup * 1000);
        const found = [];
        for (let i = 0; i < turns; i++) {
            const states = [['closed', undefined], ['elsewhere', elsewhere], ['open', hub]];
            const each = {};
            for (const [name, looked] of i % 2 ? states.reverse() : states) each[name] = await turn(hub, looked);
            console.error(JSON.stringify(load), JSON.stringify(each));
            found.push(each);
        }
        const result = await loading;
        if (result.failed) throw new Error(result.failed);
        return found;
    } finally {
        await hub.close();
        await elsewhere.close();
    }
}

const spread = (ratios) => `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;

console.log('| row | closed, µs a delivery, median | open elsewhere / closed | open / closed | open / open elsewhere |');
console.log('| --- | --- | --- | --- | --- |');
for (const name of chosen.length ? chosen : Object.keys(loads)) {
    const found = await row(loads[name]);
    const ratio = (a, b) => spread(found.map((each) => each[a] / each[b]));
    const closed = median(found.map((each) => each.closed)).toPrecision(3);
    console.log(`| ${name} | ${closed} | ${ratio('elsewhere', 'closed')} | ${ratio('open', 'closed')} | ${ratio('open', 'elsewhere')} |`);
}
process.exit(0);
