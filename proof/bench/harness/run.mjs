// The command behind proof/bench/run: runs the selected rows one after the other, and saves each result at once.
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { rows } from './rows.mjs';
import { servers } from './servers.mjs';
import { settings } from './settings.mjs';
import { isMeasured, keep, writeTables } from './tables.mjs';

const args = process.argv.slice(2);
const unknown = args.filter((arg) => !rows[arg] && !['--list', '--tables', '--again'].includes(arg));
if (unknown.length) {
    console.error(`bench: no row is called ${unknown.join(', ')}; there are: ${Object.keys(rows).join(' ')}`);
    process.exit(64);
}
if (args.includes('--list')) {
    for (const [id, { what, target }] of Object.entries(rows)) console.log(`${id.padEnd(14)}${what}: ${target}`);
    process.exit();
}
if (args.includes('--tables')) {
    writeTables();
    process.exit();
}

function machine(measured) {
    const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
    const java = execFileSync(process.env.JAVA ?? 'java', ['--version'], { encoding: 'utf8' });
    const versions = Object.fromEntries(measured.map((each) => [each.id, each.version()]));
    return {
        date: new Date().toISOString().slice(0, 16).replace('T', ' '),
        text: `${os.cpus().length} cores of ${cpu}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Linux ${os.release()}`,
        java: java.split('\n')[0],
        versions,
        settings: { ...settings, out: undefined, subject: undefined },
        loadBefore: os.loadavg()[0],
    };
}

const chosen = args.filter((arg) => rows[arg]);
const ids = (chosen.length ? chosen : Object.keys(rows)).filter((id) => !args.includes('--again') || !isMeasured(id));
for (const id of ids) {
    const here = machine(rows[id].servers ?? servers);
    console.log(`${id}: ${rows[id].what}`);
    const tell = (server, load) => console.log(`  ${server.name}: ${JSON.stringify(load)}`);
    try {
        const found = await rows[id].run(tell);
        const { what, target } = rows[id];
        keep(id, { what, target, machine: here, found });
        for (const each of found.filter((one) => one.failed)) console.log(`  ${each.server} failed: ${each.failed}`);
        writeTables();
    } catch (failure) {
        // The other rows may still work: one failure must not lose a whole night's run.
        console.error(`  not measured: ${failure.stack}`);
        process.exitCode = 1;
    }
}
