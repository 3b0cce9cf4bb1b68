// Unmodified programs of npm against the hub at HUB, which a request to CONTROL/kill kills with -9 and one to
// CONTROL/start starts again at the same port with the same folder.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createDurableChatTransport, toDurableStreamResponse } from '@durable-streams/aisdk-transport';
import { createFetchWithBackoff, DurableStream, IdempotentProducer } from '@durable-streams/client';
import {
    durableStreamConnection,
    ensureDurableChatSessionStream,
    toDurableChatSessionResponse,
} from '@durable-streams/tanstack-ai-transport';
import { YjsProvider } from '@durable-streams/y-durable-streams';
import { YjsServer } from '@durable-streams/y-durable-streams/server';
import { readUIMessageStream } from 'ai';
import * as Y from 'yjs';

const { HUB: hub, CONTROL: control } = process.env;
const WORDS = 40; // In an answer; the hub is killed after half of them.

const streamUrl = (name) => `${hub}/v1/stream/${name}`;
const words = (from, to) => Array.from({ length: to - from }, (_, i) => `${from + i} `);

const ask = async (what) => assert.equal((await fetch(control + what)).status, 204);

const closing = [];
after(async () => {
    for (const close of closing) await close();
});

// Resolves when the condition holds, which is checked whenever something has come.
function condition(isSo) {
    let resolve;
    const holds = new Promise((done) => (resolve = done));
    return { holds, check: () => isSo() && resolve() };
}

// The appends so far. Those of the AI frameworks' transports have no id: one whose answer is lost is stored twice.
const appends = [];
const send = globalThis.fetch;
globalThis.fetch = (url, init) => {
    const answer = send(url, init);
    if (init?.method === 'POST') appends.push(answer.catch(() => {}));
    return answer;
};

// The chunks of an answer. Half of them are stored and acknowledged before the hub is killed, the others come while it is
// away.
async function* answer([begin, delta, end], half) {
    yield* begin;
    for (const word of words(0, WORDS / 2)) yield delta(word);
    await half.holds;
    await Promise.all(appends);
    await ask('/kill');
    const started = ask('/start');
    for (const word of words(WORDS / 2, WORDS)) yield delta(word);
    yield* end;
    await started;
}

// Where a stream of Server-Sent Events breaks, fetch fails in browsers, and the client begins again at its offset. In
// Node fetch sees its end, and the client continues alone.
test('a reader over SSE continues at its offset, and what a producer repeats is stored once', async () => {
    const stream = await DurableStream.create({ url: streamUrl('orders'), contentType: 'application/json' });
    const errors = [];
    const repeating = createFetchWithBackoff(fetch); // A producer repeats nothing by itself.
    const producer = new IdempotentProducer(stream, 'till', { fetch: repeating, onError: (error) => errors.push(error) });
    const received = [];
    const half = condition(() => received.length === WORDS / 2);
    let offset = '-1';
    const read = async () => {
        while (received.length < WORDS) {
            const response = await stream.stream({ offset, live: 'sse' });
            response.subscribeJson(async (batch) => {
                received.push(...batch.items);
                offset = batch.offset;
                half.check();
                if (received.length >= WORDS) response.cancel();
            });
            await response.closed.catch(() => {});
        }
    };
    const reading = read();
    for (let i = 0; i < WORDS / 2; i++) producer.append(JSON.stringify(i));
    await half.holds;
    await ask('/kill');
    for (let i = WORDS / 2; i < WORDS; i++) producer.append(JSON.stringify(i));
    await ask('/start');
    await producer.flush();
    await reading;
    assert.deepEqual(received, Array.from({ length: WORDS }, (_, i) => i));
    assert.deepEqual(errors, []);
});

test("the AI SDK's transport resumes an answer", async () => {
    const url = streamUrl('chats/1/answers/1');
    let text;
    const half = condition(() => text === words(0, WORDS / 2).join(''));
    let written;
    const source = () => answer([
        [{ type: 'start', messageId: 'm1' }, { type: 'text-start', id: 't1' }],
        (delta) => ({ type: 'text-delta', id: 't1', delta }),
        [{ type: 'text-end', id: 't1' }, { type: 'finish' }],
    ], half);
    // The program's backend.
    const fetchClient = async (_, { method }) => (method === 'POST'
        ? toDurableStreamResponse({ source: source(), stream: { writeUrl: url }, waitUntil: (end) => (written = end) })
        : Response.json({ streamUrl: url }, { headers: { Location: url } }));
    const transport = createDurableChatTransport({ api: 'http://program.test/api/chat', fetchClient });

    const read = async (stream) => {
        for await (const message of readUIMessageStream({ stream, terminateOnError: true })) {
            text = message.parts.map((part) => part.text).join('');
            half.check();
        }
        return text;
    };
    const resume = async () => read(await transport.reconnectToStream({ chatId: '1' }));
    const first = await transport.sendMessages({ trigger: 'submit-message', chatId: '1', messages: [] });
    assert.equal(await read(first).catch(resume), words(0, WORDS).join(''));
    assert.equal(await resume(), words(0, WORDS).join(''));
    await written;
});

test("TanStack AI's transport continues a session", async () => {
    const stream = { writeUrl: streamUrl('sessions/1') };
    await ensureDurableChatSessionStream(stream);
    const texts = { user: '', m2: '' };
    const half = condition(() => texts.m2 === words(0, WORDS / 2).join(''));
    let written;
    const fetchClient = async (_, { body }) => toDurableChatSessionResponse({
        stream,
        newMessages: JSON.parse(body).messages,
        responseStream: answer([
            [{ type: 'TEXT_MESSAGE_START', messageId: 'm2', role: 'assistant' }],
            (delta) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm2', delta, content: 'all that there is so far' }),
            [{ type: 'TEXT_MESSAGE_END', messageId: 'm2' }],
        ], half),
        waitUntil: (end) => (written = end),
    });
    const connection = durableStreamConnection({
        sendUrl: 'http://program.test/api/chat',
        readUrl: stream.writeUrl,
        emitSnapshotOnSubscribe: false,
        fetchClient,
    });
    const read = async () => {
        for await (const chunk of connection.subscribe()) {
            if (chunk.type === 'TEXT_MESSAGE_CONTENT') texts[chunk.messageId] += chunk.delta;
            half.check();
            if (chunk.type === 'TEXT_MESSAGE_END' && chunk.messageId === 'm2') return;
        }
        throw new Error('The session has no end.');
    };
    const reading = read().catch(read);
    await connection.send([{ id: 'user', role: 'user', parts: [{ type: 'text', content: 'Count!' }] }]);
    await reading;
    assert.deepEqual(texts, { user: 'Count!', m2: words(0, WORDS).join('') });
    await written;
});

// The provider forgets what is written while its server has no hub.
test('documents of Yjs converge', async () => {
    const server = new YjsServer({ dsServerUrl: hub });
    const baseUrl = `${await server.start()}/v1/yjs/notes`;
    closing.push(() => server.stop());
    const open = async (liveMode) => {
        const doc = new Y.Doc();
        const provider = new YjsProvider({ doc, baseUrl, docId: 'plan', liveMode, connect: false });
        closing.push(() => provider.destroy());
        provider.on('error', (error) => assert.fail(error));
        await provider.connect();
        assert.ok(provider.synced);
        return { doc, list: doc.getArray('list'), provider };
    };
    const [one, two] = [await open('sse'), await open('long-poll')];
    const holding = (count) => Promise.all([one, two].map(({ doc, list }) => {
        const complete = condition(() => list.length === count);
        doc.on('update', complete.check);
        complete.check();
        return complete.holds;
    }));
    one.list.push(['a']);
    two.list.push(['b']);
    await holding(2);
    await Promise.all([one, two].map(({ provider }) => provider.flush()));
    await ask('/kill');
    await ask('/start');
    for (let i = 0; i < WORDS; i++) (i % 2 ? one : two).list.push([i]);
    await holding(2 + WORDS);
    assert.deepEqual(one.list.toArray(), two.list.toArray());
    assert.equal(new Set(one.list.toArray()).size, 2 + WORDS);

    await Promise.all([one, two].map(({ provider }) => provider.flush()));
    await server.compactor.triggerCompaction('notes', 'plan'); // As it does after each MiB.
    one.list.push(['z']);
    await holding(3 + WORDS);
    const location = await fetch(`${baseUrl}/docs/plan?offset=snapshot`, { redirect: 'manual' });
    assert.match(location.headers.get('location'), /_snapshot$/);
    assert.deepEqual((await open('sse')).list.toArray(), one.list.toArray());
});
