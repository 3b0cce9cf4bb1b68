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

const warmup = (server) => (server.isJvm ? settings.warmupJvm : settings.warmup);

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
            warmup: milliseconds(warmup(server)),
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
        const hanging = setTimeout(() => child.kill('SIGKILL'), (warmup(server) + settings.seconds * 7 + 240) * 1000);
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

/**
 * Starts a server for one measurement.
 * @param hot a load that goes before it, where the measured one is too light to make anything warm
 */
export async function measureFresh(server, load, env, hot) {
    const running = await start(server, { env });
    try {
        if (hot) await measure(server, running, { ...hot, warmup: '10ms', duration: milliseconds(warmup(server)) });
        return await measure(server, running, load);
    } finally {
        await running.close();
    }
}
