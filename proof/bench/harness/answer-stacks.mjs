// What the row `answers` compares: a store with a backend in front, in which the model is.
import { rmSync } from 'node:fs';
import { all, npmVersion, start, version } from './servers.mjs';
import { inHome, settings } from './settings.mjs';

const peer = (file) => inHome('proof/bench', 'peers', 'answers', file);
const node = (id, file) => (store) => ({ id: `${id}-backend`, name: `the backend of ${id}`, command: (port) => ['node', peer(file), String(port), store] });
const sluice = (id) => ({ ...all.find((each) => each.id === id), way: 'sluice', scheme: 'http', backend: node(id, 'sluice.mjs') });

function durableStreams(id, name, folder) {
    return {
        id,
        name,
        way: 'durable-streams',
        scheme: 'http',
        version: () => `${npmVersion('@durable-streams/server')} on Node ${process.versions.node}`,
        command: (port) => {
            if (folder) rmSync(folder, { recursive: true, force: true });
            return ['node', peer('durable-streams-server.mjs'), String(port), ...(folder ? [folder] : [])];
        },
        backend: node(id, 'durable-streams.mjs'),
    };
}

const allStacks = [
    sluice('sluice-memory'),
    sluice('sluice'),
    {
        id: 'resumable-stream',
        name: 'resumable-stream, Redis',
        way: 'resumable-stream',
        scheme: 'redis',
        version: () => `${npmVersion('resumable-stream')} on Node ${process.versions.node}, Redis ${version('redis-server', ['--version'], /v=(\S+)/)}`,
        command: (port) => ['redis-server', '--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'],
        backend: node('resumable-stream', 'resumable-stream.mjs'),
    },
    durableStreams('durable-streams', 'Durable Streams server, in memory'),
    durableStreams('durable-streams-disk', 'Durable Streams server, on disk', inHome('proof/bench', 'target', 'durable-streams')),
];

export const stacks = allStacks.filter((each) => each.id === 'sluice' || !settings.peers || settings.peers.includes(each.id));
export const knownStack = (id) => allStacks.find((each) => each.id === id);

/** Starts a store and its backend. */
export async function startStack(stack) {
    const store = await start(stack);
    const address = `${stack.scheme}://127.0.0.1:${store.port}`;
    const backend = await start(stack.backend(address)).catch(async (failure) => {
        await store.close();
        throw failure;
    });
    return {
        way: stack.way,
        store: address,
        backend: backend.url,
        pids: { store: store.pid, backend: backend.pid },
        close: async () => {
            await backend.close();
            await store.close();
        },
    };
}
