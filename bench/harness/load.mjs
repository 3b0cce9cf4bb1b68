// One run of `sluice bench` against a server.
import { spawn } from 'node:child_process';
import { inHome, settings } from './settings.mjs';
import { start } from './servers.mjs';

/** The options of `sluice bench`, from what a row asks for: { rate: 100 } is --rate 100. */
function options(load) {
    return Object.entries(load).flatMap(([name, value]) => {
        const option = '--' + name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());
        return value === true ? [option] : [option, String(value)];
    });
}

export const milliseconds = (seconds) => `${Math.max(10, Math.round(seconds * 1000))}ms`;

/** Measures a server that runs. Ends with what was found; a server that refuses or is at fault is told as such. */
export function measure(server, running, load) {
    const { as = Object.keys(server.as)[0], ...rest } = load;
    const args = [
        'bench',
        running.url,
        '--json',
        ...options({
            as,
            warmup: milliseconds(settings.warmup),
            duration: milliseconds(settings.seconds),
            connections: settings.readers,
            ...rest,
        }),
        ...server.as[as],
    ];
    return new Promise((resolve) => {
        const child = spawn(inHome('sluice'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
        let out = '';
        let err = '';
        // Opening and draining have limits of their own in the generator; this is for one that hangs.
        const hanging = setTimeout(() => child.kill('SIGKILL'), (settings.warmup + settings.warmupJvm + settings.seconds * 7 + 240) * 1000);
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

/** Starts a server for one measurement; one on the JVM has time to compile what that will need. */
export async function measureFresh(server, load, { env, heated = () => {}, afterwards = () => {} } = {}) {
    const running = await start(server, { env });
    try {
        if (server.isJvm) await heat(server, running, load);
        heated(running);
        const result = await measure(server, running, load);
        if (!result.failed) afterwards(running);
        return result;
    } finally {
        await running.close();
    }
}

/** As much of the same kind as it takes: at a rate that is too high for code that is not compiled it would fall behind. */
function heat(server, running, { rate, cut, resume, stalled, ...kind }) {
    const duration = milliseconds(settings.warmupJvm);
    return measure(server, running, { inFlight: 32, ...kind, warmup: '10ms', duration });
}
