// Publishers of our server on separate connections, each with one unanswered publish: by POST, by WebSocket,
// in a session. One process drives them all, as simply as it can: raw sockets, and frames of WebSocket of one
// length.
import { randomBytes } from 'node:crypto';
import net from 'node:net';

const CONNECTIONS = 64;
const DATA = 'x'.repeat(100);

/** A masked text frame (RFC 6455 §5.2) of up to 65,535 bytes; with the mask 0, which changes nothing. */
function frame(text) {
    const payload = Buffer.from(text);
    const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]) : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
    return Buffer.concat([head, payload]);
}

const upgrade = (path, protocol) =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`;

/** How each way opens, what it sends, and what its answer to a publish has. */
const WAYS = {
    post: {
        open: () => '',
        publish: () => `POST /channels/load HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: ${DATA.length}\r\n\r\n${DATA}`,
        answer: 'HTTP/1.1 201 ',
    },
    websocket: {
        open: (number) => upgrade(`/channels/quiet-${number}`, 'sluice.events'),
        publish: () => frame(JSON.stringify({ ref: 1, channel: 'load', data: DATA })),
        answer: '{"ok":{"ref":1',
    },
    session: {
        open: () => upgrade('/session', 'sluice.v1.json'),
        hello: () => frame(JSON.stringify({ op: 'hello' })),
        publish: () => frame(JSON.stringify({ op: 'publish', ref: 1, channel: 'load', data: DATA })),
        answer: '"op":"ok"',
    },
};

export const ways = Object.keys(WAYS);

/** Opens one connection, which publishes until it is stopped. Counts what is acknowledged. */
function publisher(way, port, number, counter) {
    const { open, hello, publish, answer } = way;
    const bytes = publish();
    return new Promise((resolve, reject) => {
        const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }, () => {
            if (open(number)) socket.write(open(number));
            else begin();
        });
        const begin = () => {
            resolve(socket);
            socket.write(bytes);
        };
        let isOpen = !open(number);
        socket.on('data', (data) => {
            const text = data.toString('latin1');
            if (!isOpen) {
                if (!text.startsWith('HTTP/1.1 101')) return reject(new Error(text.slice(0, 200)));
                isOpen = true;
                if (hello) socket.write(hello());
                return begin();
            }
            if (text.includes(answer)) {
                counter.acknowledged++;
                socket.write(bytes);
            } else if (text.includes('error') || /HTTP\/1.1 [45]/.test(text)) counter.refused = text.slice(0, 200);
        });
        socket.on('error', reject);
    });
}

/** Publishes for a time, in one of the ways or another one of that form. Returns what was acknowledged in it. */
export async function publishBy(nameOrWay, port, warmup, seconds, processorTicks) {
    const way = WAYS[nameOrWay] ?? nameOrWay;
    const counter = { acknowledged: 0 };
    const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, (_, number) => publisher(way, port, number, counter)));
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    await pause(warmup * 1000);
    const [before, ticks, began] = [counter.acknowledged, processorTicks(), performance.now()];
    await pause(seconds * 1000);
    const published = counter.acknowledged - before;
    const took = (performance.now() - began) / 1000;
    const serverCpuUs = ((processorTicks() - ticks) * 10_000) / published;
    sockets.forEach((socket) => socket.destroy());
    if (counter.refused) return { failed: counter.refused };
    return { publishedPerSecond: published / took, serverCpuUs };
}
