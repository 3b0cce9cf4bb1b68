// The servers to compare: how to start each one, and which protocol the generator uses with it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { certificate } from './certificate.mjs';
import { inHome, settings } from './settings.mjs';

const paths = ['--subscribe-path', '/sub/{channel}', '--publish-path', '/pub/{channel}'];
const sse = { sse: paths };
const folder = inHome('proof/bench', 'target');
const data = `${folder}/data`; // The log of our server on disk, new for each start.

export function version(command, args, pattern) {
    try {
        const text = execFileSync('sh', ['-c', `"$@" 2>&1`, 'sh', command, ...args], { cwd: inHome(), encoding: 'utf8' });
        return text.match(pattern)?.[1] ?? text.trim().split('\n')[0];
    } catch {
        return 'unknown';
    }
}

export const npmVersion = (name) =>
    JSON.parse(readFileSync(inHome('proof/bench', 'peers', 'node_modules', name, 'package.json'), 'utf8')).version;

function node(id, name, file, as, npm) {
    return {
        id,
        name,
        as,
        version: () => `${npmVersion(npm)} on Node ${process.versions.node}`,
        command: (port, tls) => ['node', inHome('proof/bench', 'peers', file), String(port), ...(tls ? [tls.certificate, tls.key] : [])],
    };
}

function nchan(id, name, workers) {
    return {
        id,
        name,
        as: { sse: paths, ws: paths },
        version: () => version('dpkg-query', ['-W', '-f=${Version}', 'libnginx-mod-nchan'], /(\S+)/),
        command: (port, tls) => {
            const place = `${folder}/${id}`;
            mkdirSync(place, { recursive: true });
            const template = readFileSync(inHome('proof/bench', 'peers', 'nchan.conf'), 'utf8');
            const encrypted = tls ? `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};` : '';
            const values = { PORT: port, SSL: tls ? 'ssl' : '', ENCRYPTED: encrypted, WORKERS: workers, FOLDER: place };
            writeFileSync(`${place}/nginx.conf`, template.replace(/@([A-Z]+)@/g, (_, name) => values[name]));
            return ['nginx', '-e', `${place}/error.log`, '-c', `${place}/nginx.conf`];
        },
    };
}

/** Writes the configuration of our server with TLS. */
function listen(port, { certificate, key }) {
    const file = `${folder}/tls/sluice.toml`;
    writeFileSync(file, `[[listen]]\nport = ${port}\ncertificate_file = "${certificate}"\nkey_file = "${key}"\n`);
    return file;
}

function sluice(id, name, log) {
    return {
        id,
        name,
        isOurs: true,
        isJvm: true,
        as: { sse: [], ws: [], 'ws-raw': [], ndjson: [], text: [] },
        version: () => version('git', ['-C', settings.subject, 'log', '-1', '--format=%h, %cs'], /(.+)/),
        command: (port, tls) => [
            path.join(settings.subject, 'sluice'),
            'serve',
            ...(tls ? ['--config', listen(port, tls)] : ['--port', String(port)]),
            '--set',
            'connections_max=1000000',
            ...log,
            ...settings.serve,
        ],
    };
}

/** All servers, whether or not they take part in this run. */
export const all = [
    // The peers keep nothing on disk, so ours waits for the disk only where a row asks what that costs.
    sluice('sluice', 'Sluice', ['--data', data, '--set', 'storage.sync=interval']),
    sluice('sluice-always', 'Sluice, a sync before each acknowledgement', ['--data', data, '--set', 'storage.sync=always']),
    sluice('sluice-memory', 'Sluice, --memory', ['--memory']),
    {
        id: 'floor',
        name: 'C floor',
        isFloor: true, // Not a peer: it keeps nothing and checks nothing.
        as: sse,
        version: () => version('gcc', ['--version'], /(gcc.*)/),
        command: (port) => [inHome('proof/bench', 'target', 'floor'), String(port)],
    },
    {
        id: 'floor-each',
        name: 'C floor, a write for each event',
        isFloor: true,
        as: sse,
        version: () => version('gcc', ['--version'], /(gcc.*)/),
        command: (port) => [inHome('proof/bench', 'target', 'floor'), String(port), 'each'],
    },
    nchan('nchan', 'nchan, one worker', 1),
    nchan('nchan2', 'nchan, two workers', 2),
    node('ws', 'Node ws', 'ws.mjs', { ws: paths }, 'ws'),
    node('express', 'Express SSE loop', 'express.mjs', sse, 'express'),
    node(
        'socketio',
        'Socket.IO',
        'socketio.mjs',
        {
            ws: [
                '--hello',
                '40',
                '--subscribe-path',
                '/socket.io/?EIO=4&transport=websocket&channel={channel}',
                '--publish-path',
                '/pub/{channel}',
            ],
        },
        'socket.io',
    ),
    {
        id: 'broadcast',
        isJvm: true,
        name: 'Netty broadcast (design A)',
        as: sse,
        version: () => 'Netty, Java as Sluice',
        command: (port) => [
            process.env.JAVA ?? 'java',
            '--enable-native-access=ALL-UNNAMED',
            '-XX:+UseSerialGC',
            '-XX:+UseCompactObjectHeaders',
            '-cp',
            `${folder}/lib/*`,
            'dev.sluice.bench.peer.Broadcast',
            String(port),
        ],
    },
];

export const servers = all.filter((each) => each.id === 'sluice' || !settings.peers || settings.peers.includes(each.id));
export const known = (id) => all.find((each) => each.id === id);
export const server = (id) => servers.find((each) => each.id === id);

const running = new Set();
// No server is left running, however this process ends.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

export function freePort() {
    return new Promise((resolve, reject) => {
        const probe = net.createServer().on('error', reject);
        probe.listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function accepts(port) {
    return new Promise((resolve) => {
        const socket = net.connect(port, '127.0.0.1');
        socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
    });
}

/**
 * Starts a server and waits until it accepts connections. `close` stops it and waits for its end.
  * With `goesOn` it keeps its previous log, with `tls` it serves HTTPS.
 */
export async function start(which, { port, env = {}, goesOn = false, tls = false } = {}) {
    port ??= await freePort();
    if (which.isOurs && !goesOn) rmSync(data, { recursive: true, force: true });
    const [command, ...args] = which.command(port, tls ? certificate() : undefined);
    mkdirSync(folder, { recursive: true });
    const log = openSync(`${folder}/${which.id}.log`, 'a');
    const child = spawn(command, args, {
        stdio: ['ignore', log, log],
        env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, ...env },
    });
    running.add(child);
    const ended = new Promise((resolve) => {
        child.on('exit', resolve).on('error', resolve);
    }).then(() => running.delete(child));
    for (let waited = 0; !(await accepts(port)); waited += 20) {
        if (waited > 30_000 || !running.has(child)) throw new Error(`${which.name} does not start: see ${folder}/${which.id}.log`);
        await pause(20);
    }
    return {
        port,
        pid: child.pid,
        url: `http${tls ? 's' : ''}://127.0.0.1:${port}`,
        close: async (signal = 'SIGTERM') => {
            child.kill(signal);
            const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
            await ended;
            clearTimeout(hard);
        },
    };
}

export { pause };
