// Publishes on 16 connections with one publish each in flight, and prints a row for each window: the publishes a second, and
// how much of a core the processes have used, and their compilers of that.
//   node publishers.mjs NAME HUB WINDOWS SECONDS PID...
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';

const [name, hub, windows, seconds, ...pids] = process.argv.slice(2);
const PUBLISHERS = 16;
const TICKS_PER_SECOND = 100;
const agent = new http.Agent({ keepAlive: true, maxSockets: PUBLISHERS });
const body = 'x'.repeat(100);
let answered = 0;
let ends = false;

function publish(channel) {
    const request = http.request(`${hub}/channels/${channel}`, { method: 'POST', agent, headers: { 'Content-Type': 'text/plain', 'Content-Length': body.length } }, (response) => {
        response.resume().on('end', () => {
            if (response.statusCode !== 201) throw new Error(`status ${response.statusCode}`);
            answered++;
            if (!ends) publish(channel);
        });
    });
    request.end(body);
}

/** Hundredths of a second that the processes have used, and their compilers of these. */
function ticks() {
    const sum = { all: 0, compilers: 0 };
    for (const pid of pids) {
        for (const task of readdirSync(`/proc/${pid}/task`)) {
            const [, comm, rest] = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8').match(/\((.*)\) (.*)/s);
            const fields = rest.split(' ');
            const used = Number(fields[11]) + Number(fields[12]);
            sum.all += used;
            if (/^C[12] Compiler/.test(comm)) sum.compilers += used;
        }
    }
    return sum;
}

for (let i = 0; i < PUBLISHERS; i++) publish(`fresh/${i}`);
const began = performance.now();
let before = { answered, ms: began, ...ticks() };
for (let window = 1; window <= Number(windows); window++) {
    await new Promise((done) => setTimeout(done, began + window * seconds * 1000 - performance.now()));
    const now = { answered, ms: performance.now(), ...ticks() };
    const past = (now.ms - before.ms) / 1000;
    const percent = (part) => `${Math.round(((now[part] - before[part]) / past / TICKS_PER_SECOND) * 100)} %`;
    const micros = ((now.all - before.all - now.compilers + before.compilers) / TICKS_PER_SECOND / (now.answered - before.answered)) * 1e6;
    console.log(
        [
            `${name}, until ${window * seconds} s`,
            `${Math.round((now.answered - before.answered) / past)}/s`,
            `nodes ${percent('all')} of a core`,
            `compilers ${percent('compilers')}`,
            `${Math.round(micros)} µs a publish without them`,
            `load ${os.loadavg()[0].toFixed(1)}`,
        ].join(' | '),
    );
    before = now;
}
ends = true;
