// Runs the doctor against HTTP/2 servers that mean harm, over TLS, one after the other, and prints how each run ends: its time,
// its exit code, its largest memory, and how much it took from one connection.
//     node docs/evidence/doctor/http2-floods.mjs [PATTERN-OF-NAMES]
// Needs ./sluice to be built, openssl on the path, and Linux.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';

const only = new RegExp(process.argv[2] ?? '');
const sluice = process.env.SLUICE ?? fileURLToPath(new URL('../../../sluice', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sluice-http2-floods-'));
const [key, cert] = ['key.pem', 'cert.pem'].map((each) => join(home, each));
execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' });

const DATA = 0;
const HEADERS = 1;
const PRIORITY = 2;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const WINDOW_UPDATE = 8;
const CONTINUATION = 9;
const END_HEADERS = 4;
const OK = Buffer.from([0x88]); // `:status 200` (RFC 7541, appendix A).
const HINTS = Buffer.from([0x08, 3, 0x31, 0x30, 0x33]); // `:status 103`, with the name of the table.
const field = Buffer.concat([Buffer.from([0x00, 1, 0x78, 0x7e]), Buffer.alloc(126, 'y')]); // A literal header, not indexed.

/** A frame (RFC 9113 §4.1). */
function frame(type, flags, stream, payload = Buffer.alloc(0)) {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
}

const times = (count, bytes) => Buffer.concat(Array.from({ length: count }, () => bytes));
/** What each server sends once, when the first request is there, and then for ever. */
const SERVERS = {
    'SETTINGS': [frame(SETTINGS, 0, 0), times(1000, frame(SETTINGS, 0, 0))],
    'SETTINGS with a value': [frame(SETTINGS, 0, 0), times(1000, frame(SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 0xff, 0xff])))],
    'PING': [frame(SETTINGS, 0, 0), times(1000, frame(PING, 0, 0, Buffer.alloc(8)))],
    'PRIORITY': [frame(SETTINGS, 0, 0), times(1000, frame(PRIORITY, 0, 1, Buffer.alloc(5)))],
    'WINDOW_UPDATE': [frame(SETTINGS, 0, 0), times(1000, frame(WINDOW_UPDATE, 0, 1, Buffer.from([0, 0, 0, 1])))],
    'frames of an unknown type': [frame(SETTINGS, 0, 0), times(1000, frame(0xee, 0, 0, Buffer.alloc(8)))],
    'headers without an end': [Buffer.concat([frame(SETTINGS, 0, 0), frame(HEADERS, 0, 1, OK)]), frame(CONTINUATION, 0, 1, times(100, field))],
    'empty CONTINUATION': [Buffer.concat([frame(SETTINGS, 0, 0), frame(HEADERS, 0, 1, OK)]), times(1000, frame(CONTINUATION, 0, 1))],
    'interim answers': [frame(SETTINGS, 0, 0), times(1000, frame(HEADERS, END_HEADERS, 1, HINTS))],
    'empty DATA': [Buffer.concat([frame(SETTINGS, 0, 0), frame(HEADERS, END_HEADERS, 1, OK)]), times(1000, frame(DATA, 0, 1))],
    'DATA beyond the window': [Buffer.concat([frame(SETTINGS, 0, 0), frame(HEADERS, END_HEADERS, 1, OK)]), frame(DATA, 0, 1, Buffer.alloc(16_000, 'x'))],
    'RST_STREAM': [Buffer.concat([frame(SETTINGS, 0, 0), frame(HEADERS, END_HEADERS, 1, OK)]), times(1000, frame(RST_STREAM, 0, 1, Buffer.from([0, 0, 0, 11])))],
    'windows of nothing': [frame(SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0])), Buffer.alloc(0)],
};

/** Serves each connection with the flood, and reads nothing after the first bytes. */
async function serve(first, flood) {
    const sent = [];
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert), ALPNProtocols: ['h2'] }, (socket) => {
        socket.on('error', () => {}); // The doctor has enough.
        const at = sent.push(0) - 1;
        socket.once('data', () => {
            socket.write(first);
            socket.pause();
            const more = () => {
                while (flood.length && !socket.destroyed) {
                    sent[at] += flood.length;
                    if (!socket.write(flood)) return;
                }
            };
            socket.on('drain', more);
            more();
        });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, sent };
}

/** Runs the doctor, and watches its memory. */
async function examine(port) {
    const begin = performance.now();
    const child = spawn(sluice, ['doctor', `https://127.0.0.1:${port}/`], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const each of [child.stdout, child.stderr]) each.setEncoding('utf8').on('data', (text) => (said += text));
    let kilobytes = 0;
    const watch = setInterval(() => {
        try {
            kilobytes = Math.max(kilobytes, Number(readFileSync(`/proc/${child.pid}/status`, 'latin1').match(/VmHWM:\s+(\d+)/)?.[1] ?? 0));
        } catch (ended) {
            if (ended.code !== 'ENOENT' && ended.code !== 'ESRCH') throw ended;
        }
    }, 50);
    const [code] = await once(child, 'exit');
    clearInterval(watch);
    return { seconds: (performance.now() - begin) / 1000, code, megabytes: kilobytes / 1024, said };
}

console.log('| frames without an end | seconds | exit code | MB | taken, MB | says |\n| --- | --- | --- | --- | --- | --- |');
try {
    for (const [name, [first, flood]] of Object.entries(SERVERS)) {
        if (!only.test(name)) continue;
        const { server, sent } = await serve(first, flood);
        const { seconds, code, megabytes, said } = await examine(server.address().port);
        console.log(`| ${name} | ${seconds.toFixed(1)} | ${code} | ${Math.round(megabytes)} | ${(Math.max(0, ...sent) / 1e6).toFixed(1)} | ${said.trim().split('\n').at(-1).slice(0, 120)} |`);
        server.close();
    }
} finally {
    rmSync(home, { recursive: true, force: true });
}
process.exit(); // Sockets of a run that was cut off may be open still.
