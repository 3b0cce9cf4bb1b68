// Runs `sluice lab` over rates, sizes and numbers of clients, and draws what each costs: `node plots.mjs [SECONDS [LANES]]`.
// Writes runs.json and an SVG for each plot beside this file, and prints the crossing points; `node plots.mjs draw` does so from runs.json.
// Nothing else should run on the machine meanwhile.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const ROOT = join(FOLDER, '../../..');
const SECONDS = process.argv[2] ?? '5';
const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 70;
const RIGHT = 130;
const BOTTOM = 40;
const TOP = 30;
const COLOURS = { polling: '#0b7285', 'long-polling': '#6741d9', sse: '#9a4d00', 'sse-http2': '#23702f', 'fetch-lines': '#b81f55', 'fetch-text': '#1b5fc4', websocket: '#8f2aa3' };

const LANES = process.argv[3] ?? 'polling,long-polling,sse,websocket';

const SERIES = [
    { name: 'rate', option: '--rate', values: [1, 10, 100], others: ['--clients', '20'], label: 'events per second' },
    { name: 'size', option: '--size', values: [100, 1000, 10000], others: ['--clients', '20', '--rate', '20'], label: 'bytes of an event' },
    { name: 'clients', option: '--clients', values: [10, 100], others: ['--rate', '5'], label: 'clients' },
];
const PLOTS = {
    bytes: ['bytes per second and client', ({ lane: { delivered }, plan }) => ((delivered.upBytesPerEvent + delivered.downBytesPerEvent) * delivered.events) / delivered.seconds / plan.clients],
    requests: ['requests per event and client', ({ lane }) => lane.delivered.requestsPerEvent],
    cpu: ['µs of the hub per event and client', ({ lane }) => lane.delivered.cpuUsPerEvent],
    latency: ['latency p50, ms', ({ lane }) => lane.delivered.latencyMs.p50],
};

function measure({ option, values, others }) {
    return values.map((value) => {
        const args = ['lab', '--json', '--no-cut', '--lanes', LANES, '--duration', `${SECONDS}s`, ...others, option, String(value)];
        console.error(args.join(' '));
        return { value, load: loadavg()[0], ...JSON.parse(execFileSync(process.env.SLUICE ?? join(ROOT, 'sluice'), args, { maxBuffer: 1 << 26 })) };
    });
}

const log = (value) => Math.log10(Math.max(value, 1e-4));

function plot(title, xLabel, lines) {
    const xs = lines.flatMap(({ points }) => points.map(([x]) => log(x)));
    const ys = lines.flatMap(({ points }) => points.map(([, y]) => log(y)));
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.floor(Math.min(...ys)), Math.ceil(Math.max(...ys))];
    const px = (x) => LEFT + ((log(x) - x0) / (x1 - x0 || 1)) * (WIDTH - LEFT - RIGHT);
    const py = (y) => HEIGHT - BOTTOM - ((log(y) - y0) / (y1 - y0 || 1)) * (HEIGHT - BOTTOM - TOP);
    const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui,sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/><text x="${LEFT}" y="18" font-weight="600">${title}</text>`];
    for (let each = y0; each <= y1; each++) out.push(`<path d="M${LEFT} ${py(10 ** each)}H${WIDTH - RIGHT}" stroke="#dfe6e9"/><text x="${LEFT - 8}" y="${py(10 ** each) + 4}" text-anchor="end">${Number((10 ** each).toPrecision(1))}</text>`);
    for (const [x] of lines[0].points) out.push(`<text x="${px(x)}" y="${HEIGHT - 20}" text-anchor="middle">${x}</text>`);
    out.push(`<text x="${WIDTH - RIGHT}" y="${HEIGHT - 4}" text-anchor="end">${xLabel}</text>`);
    const ends = lines.map(({ points }) => py(points.at(-1)[1]));
    const order = ends.map((_, i) => i).sort((a, b) => ends[a] - ends[b]);
    let last = -Infinity;
    for (const i of order) {
        const { lane, points } = lines[i];
        const y = (last = Math.max(ends[i], last + 13));
        out.push(`<path d="M${points.map(([px0, py0]) => `${px(px0).toFixed(1)} ${py(py0).toFixed(1)}`).join('L')}" fill="none" stroke="${COLOURS[lane]}" stroke-width="2"/><text x="${WIDTH - RIGHT + 8}" y="${y + 4}" fill="${COLOURS[lane]}">${lane}</text>`);
    }
    return `${out.join('\n')}\n</svg>\n`;
}

const isDrawing = process.argv[2] === 'draw';
const file = join(FOLDER, 'runs.json');
const runs = isDrawing ? JSON.parse(readFileSync(file)) : Object.fromEntries(SERIES.map((series) => [series.name, measure(series)]));
if (!isDrawing) writeFileSync(file, JSON.stringify(runs));
for (const { name, label } of SERIES) {
    for (const [figure, [title, value]] of Object.entries(PLOTS)) {
        const lanes = runs[name][0].lanes.map(({ lane }) => lane);
        const lines = lanes.map((lane) => ({ lane, points: runs[name].map((run) => [run.value, value({ plan: run.plan, lane: run.lanes.find((each) => each.lane === lane) }) ?? 0]) }));
        writeFileSync(join(FOLDER, `${name}-${figure}.svg`), plot(title, label, lines));
    }
}

/** Bytes per second of a client that waits, and the bytes that each event adds. */
function cost(run, name) {
    const { idlePerClientAndSecond: idle, delivered } = run.lanes.find(({ lane }) => lane === name);
    const waiting = idle.upBytes + idle.downBytes;
    const rate = delivered.events / delivered.seconds / run.plan.clients;
    return { waiting, event: Math.max(0, delivered.upBytesPerEvent + delivered.downBytesPerEvent - waiting / rate) };
}

/** The rate from which on one lane takes more bytes than another, at the interval that was measured. */
function crossing(run, dear, cheap) {
    const [a, b] = [cost(run, dear), cost(run, cheap)];
    const rate = (b.waiting - a.waiting) / (a.event - b.event);
    const first = a.waiting + a.event > b.waiting + b.event ? dear : cheap;
    return rate > 0 && Number.isFinite(rate) ? `${dear} and ${cheap} take the same bytes at ${rate.toPrecision(2)} events per second` : `${first} takes more bytes at every rate`;
}

const busiest = runs.rate.at(-1);
for (const each of busiest.lanes) console.log(each.lane, cost(busiest, each.lane));
for (const cheap of ['sse', 'websocket', 'long-polling']) console.log(crossing(busiest, 'polling', cheap));
