// Writes each answer with the producer that npm `@durable-streams/client` recommends.
import { DurableStream, IdempotentProducer } from '@durable-streams/client';
import { serve, write } from './model.mjs';

const server = process.argv[3];

serve(async (id, tokens, response) => {
    const stream = await DurableStream.create({ url: `${server}/answers/${id}`, contentType: 'text/plain' });
    const producer = new IdempotentProducer(stream, 'backend', { onError: (failure) => console.error(id, failure.message) });
    write(tokens, (text) => producer.append(text), () => producer.close().catch((failure) => console.error(id, failure.message)));
    response.writeHead(202).end();
});
