// The command behind proof/bench/compare: measures two builds of Sluice in turns, row by row, and prints the ratios.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { median } from './median.mjs';
import { inHome } from './settings.mjs';
import { together } from './tables.mjs';

const MORE = 'more is better';
const LESS = 'less is better';

/** The figures of each row that are compared. */
const figures = {
    rate100: { serverCpuUs: LESS },
    rate1000: { serverCpuUs: LESS },
    saturated32: { deliveriesPerSecond: MORE, serverCpuUs: LESS },
    publish: { publishedPerSecond: MORE },
    channels64: { deliveriesPerSecond: MORE, serverCpuUs: LESS },
    channels: { serverCpuUs: LESS },
    single: { p50: LESS, serverCpuUs: LESS },
    memory: { heapPerConnection: LESS, rssPerConnection: LESS },
    start: { startMs: LESS },
    empty: { rssBytes: LESS },
};

const [old, ...chosen] = process.argv.slice(2);
const unknown = chosen.filter((row) => !figures[row]);
if (!old || unknown.length) {
    console.error(`usage: proof/bench/compare FOLDER [ROW...], of ${Object.keys(figures).join(' ')}`);
    process.exit(64);
}
const rows = chosen.length ? chosen : Object.keys(figures);
const pairs = Number(process.env.BENCH_PAIRS ?? 9);
const builds = [path.resolve(old), inHome()];

/** Measures one row with one build. Returns its figures by load. */
function measure(row, build) {
    const out = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
    // Without peers, but with a sync before each acknowledgement, which is the default of a hub.
    const env = { ...process.env, BENCH_SUBJECT: build, BENCH_OUT: out, BENCH_PEERS: 'sluice-always' };
    try {
        const { status } = spawnSync('node', [inHome('proof/bench/harness/run.mjs'), row], { env, stdio: ['ignore', 'ignore', 'inherit'] });
        if (status) throw new Error(`${row} failed with ${build}`);
        const { found } = JSON.parse(readFileSync(path.join(out, 'data', `${row}.json`), 'utf8'));
        const failed = found.find((each) => each.failed);
        if (failed) throw new Error(`${row} failed with ${build}: ${failed.failed}`);
        return together(found);
    } finally {
        rmSync(out, { recursive: true, force: true });
    }
}

const text = (value) => (value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3));

/** Tells the figures of a pair at once, so that those of a run that is ended early are not lost. */
function tell(row, before, after) {
    for (const figure of Object.keys(figures[row])) {
        before.forEach(({ server, load }, index) => console.error(row, server, JSON.stringify(load), figure, before[index][figure], after[index][figure]));
    }
}

console.log('| row | figure | old, median | new, median | new / old, median of pairs | least to most | |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const row of rows) {
    const found = [];
    for (let pair = 0; pair < pairs; pair++) {
        const inTurn = pair % 2 ? [...builds].reverse() : builds; // Neither profits from being the second.
        const each = new Map(inTurn.map((build) => [build, measure(row, build)]));
        const [before, after] = builds.map((build) => each.get(build));
        found.push([before, after]);
        tell(row, before, after);
    }
    for (const [figure, better] of Object.entries(figures[row])) {
        found[0][0].forEach(({ server, load }, index) => {
            const values = found.map(([before, after]) => [before[index][figure], after[index][figure]]);
            if (values.some((pair) => pair.some((value) => !Number.isFinite(value)))) return;
            const ratios = values.map(([before, after]) => after / before);
            const cells = [
                `${row} ${JSON.stringify(load)}${server === 'sluice' ? '' : ` ${server}`}`,
                `${figure}, ${better}`,
                text(median(values.map(([before]) => before))),
                text(median(values.map(([, after]) => after))),
                median(ratios).toFixed(3),
                `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
                (better === MORE ? median(ratios) < 0.95 : median(ratios) > 1.05) ? '**worse**' : '',
            ];
            console.log(`| ${cells.join(' | ')} |`);
        });
    }
}
