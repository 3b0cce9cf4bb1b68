// Unmodified readers against the hub at HUB, through a proxy whose connections the tests cut.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { after, test } from 'node:test';
import { EventSourcePolyfill } from 'event-source-polyfill';
import { EventSource } from 'eventsource';

const hub = new URL(process.env.HUB);
const secret = process.env.SECRET;

const base64 = (text) => Buffer.from(text).toString('base64url');
const content = `${base64('{"alg":"HS256","typ":"JWT"}')}.${base64('{"mercure":{"publish":["*"],"subscribe":["*"]}}')}`;
const token = `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
const Authorization = `Bearer ${token}`;

async function publish(fields) {
    const response = await fetch(hub, { method: 'POST', headers: { Authorization }, body: new URLSearchParams(fields) });
    assert.equal(response.status, 200, await response.text());
}

// A proxy in front of the hub.
async function proxy() {
    const sockets = new Set();
    const server = createServer((client) => {
        const upstream = connect(hub.port, hub.hostname);
        for (const [one, other] of [[client, upstream], [upstream, client]]) {
            sockets.add(one);
            one.pipe(other);
            one.on('error', () => other.destroy());
            one.on('close', () => other.destroy());
        }
    });
    const listen = (port) => new Promise((resolve) => server.listen(port, hub.hostname, resolve));
    await listen(0);
    const { port } = server.address();
    return {
        url: new URL(hub.pathname, `http://${hub.hostname}:${port}`),
        cut() {
            const closed = new Promise((resolve) => server.close(resolve));
            sockets.forEach((each) => each.destroy());
            sockets.clear();
            return closed;
        },
        mend: () => listen(port),
    };
}

const open = [];
after(() => open.forEach((close) => close()));

const readers = {
    eventsource: (url) =>
        new EventSource(url, {
            fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization } }),
        }),
    'event-source-polyfill': (url) => new EventSourcePolyfill(String(url), { headers: { Authorization } }),
    // As its README advises for Mercure.
    'event-source-polyfill-with-a-name': (url) =>
        new EventSourcePolyfill(String(url), { headers: { Authorization }, lastEventIdQueryParameterName: 'Last-Event-Id' }),
};

for (const [name, read] of Object.entries(readers)) {
    for (const parameter of ['topic', 'match']) {
        test(`${name} resumes with ${parameter}= after its connection was cut`, async () => {
            const path = await proxy();
            const topic = `https://example.com/${name}/${parameter}`;
            path.url.searchParams.set(parameter, topic);
            const source = read(path.url);
            open.push(() => source.close(), () => path.cut());
            const received = [];
            let notify = () => {};
            source.addEventListener('score', ({ data, lastEventId }) => {
                received.push({ data, lastEventId });
                notify();
            });
            const until = async (count) => {
                while (received.length < count) await new Promise((resolve) => (notify = resolve));
            };
            await new Promise((resolve) => (source.onopen = resolve));

            await publish({ topic, data: '1\nsecond line', type: 'score', retry: '50', private: 'on' });
            await until(1);
            await path.cut();
            await publish({ topic, data: '2', type: 'score', id: `urn:${name}:${parameter}:é` });
            await publish({ topic, data: '3', type: 'score', private: 'on' });
            await path.mend();
            await until(3);
            await path.cut();
            await publish({ topic, data: '4', type: 'score' });
            await path.mend();
            await until(4);

            assert.deepEqual(received.map(({ data }) => data), ['1\nsecond line', '2', '3', '4']);
            assert.equal(received[1].lastEventId, `urn:${name}:${parameter}:é`);
        });
    }
}
