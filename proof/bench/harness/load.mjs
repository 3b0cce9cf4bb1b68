// One run of `sluice bench` against a server.
import { spawn } from 'node:child_process';
import { certificate } from './certificate.mjs';
import { inHome, settings } from './settings.mjs';
import { start } from './servers.mjs';

/** Turns the load of a row into options of `sluice bench`: { rate: 100 } becomes --rate 100. */
function options(load) {
    return Object.entries(load).flatMap(([name, value]) => {
        const option = '--' + name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());
        return value === true ? [option] : [option, String(value)];
    });
}

export const milliseconds = (seconds) => `${Math.max(10, Math.round(seconds * 1000))}ms`;

/** Measures a running server. Returns the results; for a server that refuses or is faulty, the failure. */
export function measure(server, running, load) {
    const { as = Object.keys(server.as)[0], tls, ...rest } = load;
    const all = { as, warmup: milliseconds(settings.warmup), duration: milliseconds(settings.seconds), connections: settings.readers, ...rest };
    const args = [
        'bench',
        running.url,
        '--json',
        ...options(all),
        ...(tls ? ['--cacert', certificate().certificate] : []),
        ...server.as[as],
    ];
    return new Promise((resolve) => {
        const child = spawn(inHome('sluice'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
        let out = '';
        let err = '';
        // The generator limits opening and draining itself; this limit is for one that hangs.
        const hanging = setTimeout(() => child.kill('SIGKILL'), (settings.warmup + settings.warmupJvm + 240) * 1000 + parseInt(all.duration) * 7);
        child.stdout.on('data', (piece) => (out += piece));
        child.stderr.on('data', (piece) => (err += piece));
        child.on('close', () => {
            clearTimeout(hanging);
            try {
                resolve(JSON.parse(out));
            } catch {
                resolve({ failed: err.trim() || 'no result' });
            }
        });
    });
}

/** Starts a server for one measurement; a server on the JVM gets a warm-up with a similar load. */
export async function measureFresh(server, load, { env, heated = () => {}, afterwards = () => {} } = {}) {
    const running = await start(server, { env, tls: load.tls });
    try {
        await server.prepare?.(running);
        if (server.isJvm) await heat(server, running, load);
        heated(running);
        const result = await measure(server, running, load);
        if (!result.failed) afterwards(running);
        return result;
    } finally {
        await running.close();
    }
}

/** The same kind of load at full speed: at a high rate, code that is not compiled yet would fall behind. */
function heat(server, running, { rate, cut, resume, stalled, ...kind }) {
    const duration = milliseconds(settings.warmupJvm);
    return measure(server, running, { inFlight: 32, ...kind, warmup: '10ms', duration });
}
