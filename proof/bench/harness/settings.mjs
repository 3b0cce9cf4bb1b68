// The settings from the environment, and the paths.
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const home = fileURLToPath(new URL('../../..', import.meta.url));
export const inHome = (...names) => path.join(home, ...names);

const env = process.env;
export const settings = {
    seconds: Number(env.BENCH_SECONDS ?? 10),
    warmup: Number(env.BENCH_WARMUP ?? 4),
    warmupJvm: Number(env.BENCH_WARMUP_JVM ?? 20), // The JIT compiler warms up in this time.
    rounds: Number(env.BENCH_ROUNDS ?? 1),
    readers: Number(env.BENCH_READERS ?? 1000),
    answers: Number(env.BENCH_ANSWERS ?? 1000),
    idle: Number(env.BENCH_IDLE ?? 19000),
    fills: Number(env.BENCH_FILLS ?? 5),
    looks: Number(env.BENCH_LOOKS ?? 7),
    subject: path.resolve(home, env.BENCH_SUBJECT ?? '.'), // The build of Sluice that is measured.
    peers: env.BENCH_PEERS?.split(','),
    serve: (env.BENCH_SERVE ?? '').split(' ').filter((word) => word),
    beside: env.BENCH_BESIDE, // What else ran meanwhile.
    out: path.resolve(home, env.BENCH_OUT ?? 'docs/benchmarks'),
};
