// Writes each answer with npm `resumable-stream`, as its README does: to the reader who asked, and over Redis to who comes back.
import { createClient } from 'redis';
import { createResumableStreamContext } from 'resumable-stream';
import { serve, write } from './model.mjs';

const [publisher, subscriber] = [1, 2].map(() => createClient({ url: process.argv[3] }).on('error', (failure) => console.error(failure.message)));
await Promise.all([publisher.connect(), subscriber.connect()]);
const streams = createResumableStreamContext({ waitUntil: () => {}, publisher, subscriber });

async function pass(stream, response) {
    const reader = stream.getReader();
    response.on('close', () => reader.cancel().catch(() => {}));
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
    response.flushHeaders();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        response.write(value);
    }
    response.end();
}

const model = (tokens) => () =>
    new ReadableStream({
        start: (controller) => write(tokens, (text) => controller.enqueue(text), () => controller.close()),
    });

serve(
    async (id, tokens, response) => pass(await streams.createNewResumableStream(id, model(tokens)), response),
    async (id, skip, response) => {
        const stream = await streams.resumeExistingStream(id, skip);
        if (stream) await pass(stream, response);
        else response.writeHead(stream === null ? 422 : 404).end(); // As in the README: done, or unknown.
    },
);
