// The row `answers`: a model's answers, each read by a page that is reloaded amid it and later loses its connection for a moment.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stacks, startStack } from './answer-stacks.mjs';
import { processorTicks, rss } from './processes.mjs';
import { inHome, settings } from './settings.mjs';

const SECONDS_MIN = 10; // Shorter, an answer would end before all pages were reloaded.
const WARMUP_ANSWERS = 100;
const WARMUP_ANSWERS_JVM = 200; // The compiler counts calls: more than the least of the loads has.
const LATE_MS = 1000; // A token that comes later than this is seen to stall.

/** Runs the readers. Resolves with what they found. */
function read({ way, store, backend }, answers, seconds) {
    const args = [inHome('proof/bench/harness/answer-readers.mjs'), JSON.stringify({ way, store, backend, answers, seconds })];
    return new Promise((resolve, reject) => {
        const child = spawn('node', args, { stdio: ['ignore', 'pipe', 'inherit'] });
        let out = '';
        const hanging = setTimeout(() => child.kill('SIGKILL'), (seconds + 60) * 1000);
        child.stdout.on('data', (piece) => (out += piece));
        child.on('error', reject).on('close', () => {
            clearTimeout(hanging);
            try {
                resolve(JSON.parse(out));
            } catch {
                reject(new Error('the readers found nothing'));
            }
        });
    });
}

/** Ticks of all processors that were not idle (proc(5)). */
function busy() {
    const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).slice(1, 9).map(Number);
    const total = fields.reduce((sum, ticks) => sum + ticks, 0);
    return { total, used: total - fields[3] - fields[4] };
}

async function measure(stack, answers) {
    const running = await startStack(stack);
    const { store, backend } = running.pids;
    try {
        const [many, seconds] = stack.isJvm ? [WARMUP_ANSWERS_JVM, settings.warmupJvm] : [Math.min(answers, WARMUP_ANSWERS), settings.warmup];
        await read(running, many, Math.max(SECONDS_MIN, seconds));
        const ticks = () => [store, backend].map(processorTicks);
        const [before, machine] = [ticks(), busy()];
        const found = await read(running, answers, Math.max(SECONDS_MIN, settings.seconds));
        const [after, machineAfter] = [ticks(), busy()];
        const cpuUs = after.map((value, index) => ((value - before[index]) * 10_000) / found.expected);
        const bytes = [store, backend].map(rss);
        return {
            ...found,
            serverCpuUs: cpuUs[0] + cpuUs[1],
            storeCpuUs: cpuUs[0],
            rssBytes: bytes[0] + bytes[1],
            storeBytes: bytes[0],
            machineBusy: (machineAfter.used - machine.used) / (machineAfter.total - machine.total),
        };
    } finally {
        await running.close();
    }
}

export const holds = (each) => !each.failed && each.latencyMs?.p99 <= LATE_MS && !each.notReloaded;

/** Each stack with a tenth, a quarter, a half of the answers, and all: until it does not hold them. */
export async function measureAnswers(tell) {
    const found = [];
    const failing = new Set();
    for (const share of [0.1, 0.25, 0.5, 1]) {
        const load = { answers: Math.max(1, Math.round(settings.answers * share)) };
        for (let round = 1; round <= settings.rounds; round++) {
            for (const stack of stacks.filter(({ id }) => !failing.has(id))) {
                tell(stack, load);
                const result = await measure(stack, load.answers).catch((failure) => ({ failed: failure.message }));
                found.push({ server: stack.id, load, round, ...result });
            }
        }
        for (const each of found) if (!holds(each)) failing.add(each.server);
    }
    return found;
}
