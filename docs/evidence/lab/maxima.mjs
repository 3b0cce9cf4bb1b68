// Attacks a lab: all sliders at their maximum at once, in Chromium; then a flood of WebSockets, upgrades to HTTP/2 and
// endless heads over its lines. Prints how the hub, the lab's hub and the page fare, and fails if one of them does not answer.
//     node --experimental-websocket docs/evidence/lab/maxima.mjs [SECONDS [CONNECTIONS]]    20 seconds of each, with 100 connections
// Needs ./sluice to be built, chromium on the path, and Linux.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Chromium } from '../pages/chromium.mjs';
import { hub } from '../pages/hub.mjs';

const SECONDS = Number(process.argv[2] ?? 20);
const ANSWER_MS_MAX = 10_000;
const CONNECTIONS = Number(process.argv[3] ?? 100);
const MAXIMA = 'mode=race&rate=200&size=16000&channels=6&clients=6&direction=both&interval=200';

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const megabytes = (pid) => Math.round(Number(readFileSync(`/proc/${pid}/status`, 'latin1').match(/^VmRSS:\s+(\d+)/m)[1]) / 1024);

/** The lab's hub: the process that the hub has started. */
function labHub(pid) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
        try {
            const [child] = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean);
            if (child) return Number(child);
        } catch (ended) {
            if (ended.code !== 'ENOENT' && ended.code !== 'ESRCH') throw ended;
        }
    }
    return null;
}

async function timed(run) {
    const begin = performance.now();
    await Promise.race([run(), pause(ANSWER_MS_MAX / 1000).then(() => Promise.reject(new Error(`no answer in ${ANSWER_MS_MAX} ms`)))]);
    return performance.now() - begin;
}

/** Watches for some time, and prints the largest values. */
async function watch(name, own, tab) {
    const most = { hubMs: 0, pageMs: 0, hubMb: 0, labMb: 0 };
    for (const end = performance.now() + SECONDS * 1000; performance.now() < end; await pause(0.5)) {
        most.hubMs = Math.max(most.hubMs, await timed(() => fetch(`${own.url}/readyz`).then((answer) => answer.text())));
        most.pageMs = Math.max(most.pageMs, await timed(() => tab.run('document.title')));
        most.hubMb = Math.max(most.hubMb, megabytes(own.child.pid));
        const lab = labHub(own.child.pid);
        if (!lab) throw new Error(`${name}: the lab's hub has ended`);
        most.labMb = Math.max(most.labMb, megabytes(lab));
    }
    console.log(`| ${name} | ${Object.values(most).map(Math.round).join(' | ')} |`);
}

/** A connection that sends a head and then the same bytes for ever, and reads nothing. */
function flood(line, head, bytes) {
    const { hostname, port } = new URL(line);
    const socket = connect(port, hostname, () => {
        socket.write(head(`${hostname}:${port}`));
        const more = () => {
            while (!socket.destroyed && socket.write(bytes));
        };
        socket.on('drain', more);
        more();
    }).on('error', () => {}); // Refused or reset, as a flood may be.
    socket.pause();
    return socket;
}

const upgrade = (host) => `GET /channels/flood HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`;
const message = Buffer.concat([Buffer.from([0x81, 0xfe, 0x40, 0x00, 0, 0, 0, 0]), Buffer.alloc(0x4000, 'x')]); // Masked with zeros.
const FLOODS = {
    'WebSockets that publish 16 kB messages': [upgrade, message],
    'pings of WebSockets': [upgrade, Buffer.concat(Array.from({ length: 500 }, () => Buffer.from([0x89, 0x80, 0, 0, 0, 0])))],
    'upgrades to HTTP/2, then SETTINGS': [(host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, Buffer.concat(Array.from({ length: 500 }, () => Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])))],
    'heads without an end': [(host) => `GET / HTTP/1.1\r\nHost: ${host}\r\n`, Buffer.from(`X-More: ${'x'.repeat(1000)}\r\n`.repeat(50))],
};

/** Clicks on what starts a race, and again while the one before is still ending. */
async function race(tab) {
    do {
        await tab.run("document.getElementById('start').click()");
        await pause(3);
    } while (!(await tab.run("document.getElementById('start').disabled")));
    await tab.until("document.getElementById('said').textContent.startsWith('Racing')");
}

async function attack() {
    const own = await hub();
    const chromium = await Chromium.start('en-US');
    try {
        console.log('| attack | hub, ms | page, ms | hub, MB | lab’s hub, MB |\n| --- | --- | --- | --- | --- |');
        const tab = await chromium.tab({ width: 1440, height: 900, scheme: 'light', language: 'en-US' });
        await tab.open(`${own.url}/lab/?${MAXIMA}`);
        await race(tab);
        await watch('all sliders at their maximum', own, tab);
        await tab.run("document.getElementById('end').click()");
        await tab.until("!document.getElementById('start').disabled");

        await tab.open(`${own.url}/lab/?mode=race&rate=5`);
        await race(tab);
        const track = await tab.run("document.querySelector('#tracks iframe').src");
        const policy = (await fetch(track)).headers.get('content-security-policy');
        const lines = policy.match(/http:\/\/[\w.]+:\d+/g);
        for (const name of Object.keys(FLOODS)) {
            // A thread of its own, so that it does not delay what is measured here.
            const worker = new Worker(new URL(import.meta.url), { workerData: { name, line: lines.at(-1), connections: CONNECTIONS } });
            await watch(`${CONNECTIONS} connections: ${name}`, own, tab);
            await worker.terminate();
        }
        await pause(3);
        const before = await tab.run("document.querySelector('#lane-sse .figures').textContent");
        await tab.until("document.querySelector('#lane-sse .figures').textContent !== " + JSON.stringify(before));
        await tab.run("document.getElementById('end').click()");
        await tab.until("!document.getElementById('start').disabled");
        console.log('\nthe race went on, and ended');
    } finally {
        await chromium.close();
        await own.stop();
    }
}

if (isMainThread) await attack();
else for (let i = 0; i < workerData.connections; i++) flood(workerData.line, ...FLOODS[workerData.name]);
