// Readers of one channel, spread over hubs, and a publisher of batches at the first hub: how many deliveries a second arrive.
//   node docs/evidence/cluster/readers.mjs READERS SECONDS URL [URL ...]
// Readers are raw sockets that look for the end of an event's data alone, so that they cost as little as they can.
import http from 'node:http';
import net from 'node:net';

const [readers, seconds, ...urls] = [Number(process.argv[2]), Number(process.argv[3]), ...process.argv.slice(4)];
const BATCH = 100;
const IN_FLIGHT = 4; // Batches that are not answered yet.
const agent = new http.Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
const body = `${JSON.stringify({ channel: 'spread', data: 'x'.repeat(100) })}\n`.repeat(BATCH);
const END = Buffer.from('x\n'); // Of an event's data.
let received = 0;

function count(bytes, isSplit) {
    if (isSplit && bytes[0] === END[1]) received++;
    for (let at = bytes.indexOf(END); at >= 0; at = bytes.indexOf(END, at + 2)) received++;
    return bytes[bytes.length - 1] === END[0];
}

function read(url) {
    return new Promise((resolve, reject) => {
        const { hostname, port } = new URL(url);
        const socket = net.connect({ port, host: hostname }, () =>
            socket.write(`GET /channels/spread HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: text/event-stream\r\n\r\n`),
        );
        let isSplit = false;
        socket.once('data', () => resolve(socket));
        socket.on('data', (bytes) => (isSplit = count(bytes, isSplit)));
        socket.on('error', reject);
    });
}

function publish() {
    return new Promise((resolve, reject) => {
        const headers = { 'Content-Type': 'application/x-ndjson', 'Content-Length': Buffer.byteLength(body) };
        const request = http.request(`${urls[0]}/channels`, { method: 'POST', headers, agent }, (response) => {
            response.resume().on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`))));
        });
        request.on('error', reject).end(body);
    });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function settled() {
    for (let before = -1; before !== received; ) {
        before = received;
        await pause(500);
    }
    return received;
}

const sockets = await Promise.all(Array.from({ length: readers }, (_, i) => read(urls[i % urls.length])));
let publishing = true;
let events = 0;
// Publishes no faster than readers read.
async function publisher() {
    while (publishing) {
        await publish();
        events += BATCH;
        while (publishing && events * readers - received > 20 * BATCH * readers) await pause(1);
    }
}
const publishers = Array.from({ length: IN_FLIGHT }, publisher);
await pause(5000); // Hubs compile meanwhile.
const [from, started] = [received, performance.now()];
await pause(seconds * 1000);
const deliveries = (received - from) / ((performance.now() - started) / 1000);
publishing = false;
await Promise.all(publishers);
const all = await settled();
const expected = events * readers;
console.log(JSON.stringify({ deliveriesPerSecond: Math.round(deliveries), lost: Math.max(0, expected - all), repeated: Math.max(0, all - expected) }));
sockets.forEach((socket) => socket.destroy());
agent.destroy();
