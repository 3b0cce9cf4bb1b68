// Writes the results to docs/benchmarks: a table of targets, a table for each row, and plots.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { median } from './median.mjs';
import { bars } from './plot.mjs';
import { rows } from './rows.mjs';
import { settings } from './settings.mjs';
import { known as knownServer } from './servers.mjs';
import { knownStack } from './answer-stacks.mjs';
import { knownDoor } from './doors.mjs';
import { judge, ratioOf } from './targets.mjs';

const known = (id) => knownServer(id) ?? knownStack(id) ?? knownDoor(id);
const file = (...names) => [settings.out, ...names].join('/');
const data = (id) => file('data', `${id}.json`);

export const isMeasured = (id) => existsSync(data(id));

export function keep(id, result) {
    mkdirSync(file('data'), { recursive: true });
    writeFileSync(data(id), JSON.stringify(result, null, 1) + '\n');
}

const number = (value, digits) => value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The display of a figure: its column's header, and its text. */
const columns = {
    serverCpuUs: ['server CPU, µs', (v) => number(v, v < 1 ? 3 : 1)],
    deliveriesPerSecond: ['deliveries/s', (v) => (v >= 1e6 ? number(v / 1e6, 2) + ' M' : number(v, 0))],
    publishedPerSecond: ['events/s', (v) => number(v, 0)],
    rssPerConnection: ['RSS a connection, kB', (v) => number(v / 1000, 2)],
    heapPerConnection: ['heap a connection, kB', (v) => number(v / 1000, 2)],
    rssBytes: ['RSS, MB', (v) => number(v / 1e6, 1)],
    collectedBytes: ['RSS after a collection, MB', (v) => number(v / 1e6, 1)],
    events: ['events', (v) => number(v, 0)],
    collections: ['collections', (v) => number(v, 0)],
    longestPauseMs: ['longest pause, ms', (v) => number(v, 1)],
    longestFullMs: ['longest of the old generation, ms', (v) => number(v, 1)],
    catchUpSeconds: ['caught up within, s', (v) => number(v, 2)],
    resumed: ['came back, times', (v) => number(v, 0)],
    startMs: ['start, ms', (v) => number(v, 0)],
    firstP50: ['first token, p50, ms', (v) => number(v, 1)],
    firstP99: ['p99, ms', (v) => number(v, 1)],
    reloadP50: ['text after a reload, p50, ms', (v) => number(v, 1)],
    reloadP99: ['p99, ms', (v) => number(v, 1)],
    storeCpuUs: ['of it the server’s', (v) => number(v, 1)],
    storeBytes: ['of it the server’s', (v) => number(v / 1e6, 1)],
    keptAfterEnd: ['text after the end', (v) => `${number(v * 100, 0)} %`],
    machineBusy: ['machine busy', (v) => `${number(v * 100, 0)} %`],
    p50: ['p50, ms', (v) => number(v, 2)],
    p99: ['p99, ms', (v) => number(v, 2)],
};
const expand = (names) => names.flatMap((name) => (name === 'latency' ? ['p50', 'p99'] : [name]));
const shown = (name, value) => (value === undefined || value === null || Number.isNaN(value) ? '–' : columns[name][1](value));

/** Merges the rounds of a server and load: the median of each figure, the worst of each fault. Keeps them, too, for ratios. */
export function together(found) {
    const groups = new Map();
    for (const each of found) {
        const key = each.server + JSON.stringify(each.load);
        groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    return [...groups.values()].map((group) => {
        const rounds = group.map((g) => ({ ...g, p50: g.latencyMs?.p50, p99: g.latencyMs?.p99 }));
        const one = { ...group[0], rounds };
        for (const name of Object.keys(columns)) one[name] = median(rounds.map((g) => g[name]));
        for (const fault of Object.keys(FAULTS)) {
            one[fault] = Math.max(...group.map((g) => g[fault] ?? 0));
        }
        one.failed = group.find((g) => g.failed)?.failed;
        return one;
    });
}

const FAULTS = { lost: 'lost', repeated: 'repeated', outOfOrder: 'out of order', damaged: 'damaged', broken: 'lines broken', refused: 'refused', unended: 'ends not seen', notReloaded: 'not there after a reload' };

function checked(each) {
    if (each.failed) return each.failed.replace(/[|\n]/g, ' ').slice(0, 120);
    if (each.expected === undefined) return '';
    const faults = Object.entries(FAULTS).filter(([name]) => each[name]);
    return faults.map(([name, text]) => `${number(each[name], 0)} ${text}`).join(', ') || 'all came once, in order';
}

const loadText = (load) =>
    Object.entries(load)
        .map(([name, value]) => (value === true ? name : `${name.replace(/[A-Z]/g, (c) => ' ' + c.toLowerCase())} ${value}`))
        .join(', ');

const nameOf = (id) => known(id)?.name ?? id;

function rowText(id, { what, target, found, machine }) {
    const row = rows[id];
    const list = together(found);
    const names = expand(row.columns).filter((name) => list.some((each) => each[name] !== undefined));
    const isChecked = list.some((each) => each.failed || each.expected !== undefined);
    const head = ['server', 'load', ...names.map((name) => columns[name][0]), ...(isChecked ? ['checked'] : [])];
    const lines = list.map((each) => [
        nameOf(each.server),
        loadText(each.load),
        ...names.map((name) => shown(name, each[name])),
        ...(isChecked ? [checked(each)] : []),
    ]);
    const plot = row.plot ? `\n![${what}](${id}.svg)\n` : '';
    const { seconds, warmup, warmupJvm, rounds } = machine.settings;
    const ratios = row.ratios ? ratioText(list, row) : '';
    const note = row.note ? `${row.note}\n\n` : '';
    const how = `${seconds} s each after ${warmup} s (${warmupJvm} s on the JVM), ${rounds === 1 ? 'once' : `median of ${rounds}`}`;
    return `## ${id}: ${what}\n\nTarget: ${target}. Measured ${machine.date} with ${machine.versions.sluice?.split(',')[0] ?? 'peers alone'}, ${how}${besideText(id, machine.settings)}.\n\n${note}${table(head, lines)}${ratios}${plot}`;
}

/** The figures of each server, divided by ours with the same load. */
function ratioText(list, { ratios: names, base }) {
    const others = list.filter((each) => each.server !== 'sluice' && !each.failed);
    const lines = others.map((each) => {
        const mine = list.find(({ server, load, failed }) => server === 'sluice' && !failed && JSON.stringify(load) === JSON.stringify(each.load));
        const cells = names.map((name) => (mine ? ratioOf(each, mine, name) : NaN));
        return [nameOf(each.server), loadText(each.load), ...cells.map((ratio) => (Number.isFinite(ratio) ? `${number(ratio, 2)} ×` : '–'))];
    });
    return `\nThe same divided by the figure of ${base} (of several rounds, the median of their ratios):\n\n${table(['server', 'load', ...names.map((name) => columns[name][0])], lines)}`;
}

/** The command that measures a row again, and what else ran meanwhile, for rows that say so. */
function besideText(id, { seconds, warmup, warmupJvm, rounds, beside, ...sizes }) {
    if (!rows[id].ratios) return '';
    const { size } = rows[id];
    const sized = size ? ` BENCH_${size.toUpperCase()}=${sizes[size]}` : '';
    const command = `BENCH_ROUNDS=${rounds} BENCH_SECONDS=${seconds} BENCH_WARMUP=${warmup} BENCH_WARMUP_JVM=${warmupJvm}${sized} proof/bench/run ${id}`;
    return `, by \`${command}\`${beside ? `. Beside it ran ${beside}` : ''}`;
}

function table(head, lines) {
    return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n') + '\n';
}

function drawPlot(id, { what, found }) {
    const { plot, isInOrder } = rows[id];
    if (!plot) return;
    const list = together(found)
        .filter((each) => Number.isFinite(each[plot]) && !each.failed)
        .map((each) => ({
            label: isInOrder ? loadText(each.load) : nameOf(each.server) + (each.load.way ? `, ${each.load.way}` : ''),
            value: each[plot],
            shown: shown(plot, each[plot]),
            isOurs: known(each.server)?.isOurs,
        }));
    const isMoreBetter = plot === 'deliveriesPerSecond';
    if (!isInOrder) list.sort((a, b) => (isMoreBetter ? b.value - a.value : a.value - b.value));
    writeFileSync(file(`${id}.svg`), bars(`${what}: ${columns[plot][0]} (${isMoreBetter ? 'more' : 'less'} is better)`, list));
}

/** Rewrites all pages from the saved results. */
export function writeTables() {
    mkdirSync(settings.out, { recursive: true });
    const results = Object.keys(rows)
        .filter(isMeasured)
        .map((id) => [id, JSON.parse(readFileSync(data(id), 'utf8'))]);
    if (!results.length) return;
    const verdicts = results.map(([id, result]) => {
        const { figure, ratio, isMet } = judge(id, together(result.found));
        return [`[${id}](#${id})`, result.what, result.target, figure, ratio, isMet === undefined ? '' : isMet ? 'yes' : '**no**'];
    });
    const machines = [...new Set(results.map(([, { machine }]) => machine.text))];
    const versions = Object.assign({}, ...results.map(([, { machine }]) => machine.versions));
    const text = `# Benchmarks

Written by \`proof/bench/run\` on ${machines.join('; ')}. All servers of a row had the same loads from \`sluice bench\`, one after the
other in one run, on the cores that the load runs on too; each event of each reader was checked. Server CPU is user and system time for
one delivery. Latency counts from the moment an event was to be sent. Of several rounds, each figure is the median, and a ratio of two
servers the median of those of each round, whose servers ran next to each other. Differences below 15 % mean nothing.
The peers keep nothing on disk. Sluice does, and syncs once a second (\`storage.sync = "interval"\`); where a sync before each acknowledgement, the default,
is measured too, it has a line of its own.

${table(['', 'what', 'target', 'Sluice', 'beside the best peer', 'met'], verdicts)}
${results.map(([id, result]) => rowText(id, result)).join('\n')}
## Versions

${table(
    ['server', 'version'],
    Object.entries(versions).map(([id, version]) => [nameOf(id), known(id)?.isOurs ? 'with each row, as a commit' : version]),
)}`;
    writeFileSync(file('README.md'), text.replace(/^## (\w+):/gm, '<a id="$1"></a>\n\n## $1:'));
    for (const [id, result] of results) drawPlot(id, result);
}
