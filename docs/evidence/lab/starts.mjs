// Starts and ends the lab of one hub again and again, and looks for what is left of each: a process, a port, a file, memory.
//     node docs/evidence/lab/starts.mjs [STARTS]          100 starts unless said otherwise
// Needs ./sluice to be built, and Linux. Prints a line for each tenth of the starts; the exit code is 1 if one failed or left something.
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hub } from '../pages/hub.mjs';

const STARTS = Number(process.argv[2] ?? 100);
const LEFT_MS_MAX = 60_000;
const LOOK_MS = 20;
const FILES_MORE_MAX = 20; // Of the JVM itself: connections that it keeps open, classes that it loads late.
const THREADS_MORE_MAX = 20;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until something holds, and fails if it never does. */
async function until(holds, what) {
    for (const begin = performance.now(); !(await holds()); await pause(LOOK_MS)) {
        if (performance.now() - begin > LEFT_MS_MAX) throw new Error(`${what} after ${LEFT_MS_MAX / 1000} s`);
    }
}

/** The processes that a thread has started; none of a thread that has just ended. */
function children(pid, thread) {
    try {
        return readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).length;
    } catch (ended) {
        if (ended.code === 'ENOENT' || ended.code === 'ESRCH') return 0;
        throw ended;
    }
}

function use(pid) {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return {
        files: readdirSync(`/proc/${pid}/fd`).length,
        threads: Number(status.match(/^Threads:\s+(\d+)/m)[1]),
        megabytes: Math.round(Number(status.match(/^VmRSS:\s+(\d+)/m)[1]) / 1024),
        children: readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + children(pid, thread), 0),
    };
}

const isListening = (address) =>
    new Promise((answer) => {
        const { hostname, port } = new URL(address);
        const socket = connect(port, hostname, () => answer(true) || socket.destroy()).on('error', () => answer(false));
    });

/** The events of the lab's stream. */
async function* events(url, signal) {
    const answer = await fetch(`${url}/lab/open`, { headers: { Accept: 'text/event-stream' }, signal });
    if (answer.status !== 200) throw new Error(`the lab answered ${answer.status}`);
    let text = '';
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
        text += part;
        for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
            const block = text.slice(0, end);
            const [name, data] = [/^event: ?(.*)$/m.exec(block)?.[1], /^data: ?(.*)$/m.exec(block)?.[1]];
            if (name) yield { name, data };
        }
    }
}

/** Opens the lab, has it publish, and leaves once events go over its lines. Returns the lines; null: the last visit is still ending. */
async function look(url) {
    const leave = new AbortController();
    let lines = null;
    try {
        for await (const { name, data } of events(url, leave.signal)) {
            if (name === 'busy') return null;
            if (name === 'lab') {
                const opened = JSON.parse(data);
                lines = Object.values(opened.lanes);
                const set = await fetch(`${url}/lab/set/${opened.id}?rate=100&size=100&channels=1`, { method: 'POST' });
                if (set.status !== 204) throw new Error(`set answered ${set.status}`);
            } else if (name !== 'figures') throw new Error(`the lab said '${name}'`);
            else if (JSON.parse(data).published > 0) return lines;
        }
        throw new Error('the stream of the lab ended');
    } finally {
        leave.abort();
    }
}

/** One visit, until nothing of it is left. Returns the milliseconds until there were events. */
async function visit(url, pid) {
    let begin;
    let lines = null;
    await until(async () => {
        begin = performance.now();
        return (lines = await look(url));
    }, 'the lab is busy');
    const ready = performance.now() - begin;
    await until(() => use(pid).children === 0, 'a process of the lab is left');
    for (const line of lines) await until(async () => !(await isListening(line)), `${line} listens`);
    return ready;
}

const own = await hub();
let failed = 0;
try {
    const pid = own.child.pid;
    let first = null;
    const took = [];
    console.log('| starts | failed | with events, ms: p50 · max | files | threads | MB |\n| --- | --- | --- | --- | --- | --- |');
    const tenth = Math.max(1, Math.round(STARTS / 10));
    for (let i = 1; i <= STARTS; i++) {
        try {
            took.push(await visit(own.url, pid));
        } catch (reason) {
            failed++;
            console.error(`start ${i}: ${reason.message}${reason.cause ? ` (${reason.cause.message})` : ""}`);
        }
        if (i % tenth && i !== STARTS) continue;
        const now = use(pid);
        first ??= now;
        const sorted = took.splice(0).sort((a, b) => a - b);
        console.log(`| ${i} | ${failed} | ${sorted[sorted.length >> 1]?.toFixed(0)} · ${sorted.at(-1)?.toFixed(0)} | ${now.files} | ${now.threads} | ${now.megabytes} |`);
        if (now.files > first.files + FILES_MORE_MAX || now.threads > first.threads + THREADS_MORE_MAX) {
            failed++;
            console.error(`start ${i}: files or threads are left`);
        }
    }
} finally {
    await own.stop();
}
process.exitCode = failed ? 1 : 0;
