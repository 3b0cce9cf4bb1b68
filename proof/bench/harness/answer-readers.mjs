// The readers of the row `answers`, in a process of their own: one page for each answer. A page starts its answer, reads it, is reloaded amid it, and
// later loses its connection for a moment. Each token is checked.
import http from 'node:http';
import net from 'node:net';

const { way, backend, store, answers, seconds } = JSON.parse(process.argv[2]);
const TOKENS = seconds * 50;
const STARTS_MS = 1000; // All answers start within this time.
const OFFLINE_MS = 500;
const GIVE_UP_MS = 15_000; // After the last token was due.
const TOKEN = /w(\d+)\.([\d.]+);/g;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const nowMs = () => performance.timeOrigin + performance.now();

/** How each way reads an answer: from its start, or after what a page has; after what its client takes what it has received; and how it sees the end. */
const ways = {
    sluice: {
        url: (id, { cursor }) => `${store}/channels/answers/${id}?as=sse&${cursor ? `after=${cursor}` : 'after=earliest&coalesce=true'}`,
        cursor: (text, page) => last(text, /\nid: (\S+)\n/g, page.cursor),
        whole: '\n\n',
        isEnd: (text) => text.includes('event: sluice.closed'),
    },
    'durable-streams': {
        url: (id, { cursor }) => `${store}/answers/${id}?live=sse&offset=${cursor ?? -1}`,
        cursor: (text, page) => last(text, /"streamNextOffset":"([^"]+)"/g, page.cursor),
        whole: '}\n\n', // An event of data counts with its event of control.
        isEnd: (text) => text.includes('"streamClosed":true'),
    },
    'resumable-stream': {
        isFirstOfStart: true, // The answer to the POST is the stream.
        url: (id, { characters }) => `${backend}/answers/${id}?skip=${characters}`,
        cursor: () => undefined,
        whole: ';',
        isEnd: () => false, // Its response ends.
    },
};
const { url, cursor, whole, isEnd, isFirstOfStart } = ways[way];

function last(text, pattern, before) {
    let found = before;
    for (const [, value] of text.matchAll(pattern)) found = value;
    return found;
}

/** Takes the pieces of a chunked body (RFC 9112 §7.1) out of what a connection sends, whose text is ASCII. Returns whether it has ended. */
function unchunk(state, received) {
    let text = state.rest + received;
    state.body = '';
    for (;;) {
        if (state.left > 2) {
            const piece = text.slice(0, state.left - 2);
            state.body += piece;
            text = text.slice(piece.length);
            state.left -= piece.length;
        }
        if (state.left > 0) {
            if (text.length < state.left) break;
            text = text.slice(state.left);
            state.left = 0;
        }
        const end = text.indexOf('\r\n');
        if (end < 0) break;
        const size = parseInt(text.slice(0, end), 16);
        text = text.slice(end + 2);
        if (size === 0) return true;
        state.left = size + 2;
    }
    state.rest = text;
    return false;
}

const STEPS = 10; // Of a millisecond.
const delays = new Uint32Array(20_000 * STEPS); // By these; the last counts all longer ones.
const firsts = []; // From when the first token was due until a page had it.
const reloads = [];
const counts = { lost: 0, repeated: 0, refused: 0, unended: 0, textAfterEnd: 0, askedAfterEnd: 0 };

function percentile(share) {
    const all = delays.reduce((sum, count) => sum + count, 0);
    let seen = 0;
    for (let step = 0; step < delays.length; step++) if ((seen += delays[step]) >= all * share && all) return step / STEPS;
    return undefined;
}

class Page {
    constructor(id) {
        this.id = id;
        this.forget();
    }

    /** What a reload does to a page. */
    forget() {
        Object.assign(this, { newest: 0, characters: 0, cursor: undefined, missing: 0, rest: '', hasEnded: false });
    }

    take(text) {
        const received = this.rest + text;
        const end = received.lastIndexOf(whole) + whole.length;
        if (end < whole.length) return void (this.rest = received);
        this.rest = received.slice(end);
        const taken = received.slice(0, end);
        this.cursor = cursor(taken, this);
        const receivedMs = nowMs();
        for (const [token, number, due] of taken.matchAll(TOKEN)) this.takeToken(token, Number(number), Number(due), receivedMs);
        if (isEnd(taken)) this.hasEnded = true;
        if (this.waiting && this.newest >= this.waiting.number) {
            this.waiting.resolve();
            this.waiting = undefined;
        }
    }

    takeToken(token, number, dueMs, receivedMs) {
        this.characters += token.length;
        if (number <= this.newest) counts.repeated++;
        else {
            if (number === 1 && !this.isReloaded) firsts.push(receivedMs - dueMs);
            this.missing += number - this.newest - 1;
            this.newest = number;
        }
        if (dueMs > this.askedMs) delays[Math.min(delays.length - 1, Math.max(0, Math.round((receivedMs - dueMs) * STEPS)))]++;
    }

    /** Opens a connection that reads on from what the page has. Resolves with the status. */
    open(method, address) {
        const { hostname, port, pathname, search } = new URL(address);
        this.askedMs = nowMs();
        this.rest = '';
        return new Promise((resolve) => {
            let head = '';
            const state = { rest: '', left: 0 };
            const take = (text) => {
                if (unchunk(state, text)) this.hasEnded = true;
                if (state.body) this.take(state.body);
            };
            const socket = net.connect({
                host: hostname,
                port,
                noDelay: true,
                onread: {
                    buffer: Buffer.alloc(65_536),
                    callback: (size, buffer) => {
                        const text = buffer.latin1Slice(0, size);
                        if (this.socket !== socket) return true; // The page has closed it.
                        if (head === undefined) {
                            take(text);
                            return true;
                        }
                        head += text;
                        const end = head.indexOf('\r\n\r\n');
                        if (end >= 0) {
                            const status = Number(head.slice(9, 12));
                            const rest = head.slice(end + 4);
                            head = undefined;
                            if (status === 200) take(rest);
                            resolve(status);
                        }
                        return true;
                    },
                },
            });
            this.socket = socket;
            socket.on('connect', () => socket.write(`${method} ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 0\r\n\r\n`));
            socket.on('error', () => {}).on('close', () => resolve(0));
        });
    }

    /** Reads on, as often as it takes. */
    async read() {
        for (const endMs = performance.now() + GIVE_UP_MS; performance.now() < endMs; await pause(100)) {
            const status = await this.open('GET', url(this.id, this));
            if (status === 200) return true;
            this.close();
            counts.refused++;
        }
        return false;
    }

    close() {
        this.socket.destroy();
        this.socket = undefined;
    }

    /** Waits until the page has this token. */
    has(number) {
        if (this.newest >= number) return true;
        return Promise.race([new Promise((resolve) => (this.waiting = { number, resolve })).then(() => true), pause(GIVE_UP_MS).then(() => false)]);
    }

    async start() {
        const address = `${backend}/answers/${this.id}?tokens=${TOKENS}`;
        if (isFirstOfStart) return void (await this.open('POST', address));
        await new Promise((resolve, reject) => {
            const request = http.request(address, { method: 'POST', agent }, (response) => {
                response.resume().on('end', () => (response.statusCode === 202 ? resolve() : reject(new Error(`POST: ${response.statusCode}`))));
            });
            request.on('error', reject).end();
        });
        await this.read();
    }

    async reload() {
        this.close();
        const { newest } = this;
        this.isReloaded = true;
        this.forget();
        const began = performance.now();
        await this.read();
        if (await this.has(newest)) reloads.push(performance.now() - began);
    }
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** One page through its answer. */
async function run(index) {
    const page = new Page(`${way}-${process.pid}-${index}`);
    const at = async (ms) => pause(Math.max(0, began + ms - performance.now()));
    const share = index / answers;
    await at(share * STARTS_MS);
    await page.start();
    await at((0.3 + 0.2 * share) * seconds * 1000);
    await page.reload();
    await at((0.6 + 0.2 * share) * seconds * 1000);
    page.close();
    await pause(OFFLINE_MS);
    await page.read();
    await at(seconds * 1000 + STARTS_MS);
    await page.has(TOKENS);
    for (let waited = 0; !page.hasEnded && waited < 2000; waited += 50) await pause(50);
    if (!page.hasEnded) counts.unended++;
    counts.lost += page.missing + TOKENS - page.newest;
    page.close();
    if (index % 10 === 0) await comeBackLater(page);
}

/** Reloads a page after the answer has ended, once. */
async function comeBackLater(page) {
    page.forget();
    page.askedMs = Infinity;
    counts.askedAfterEnd++;
    const status = await page.open('GET', url(page.id, page));
    if (status === 200 && (await Promise.race([page.has(TOKENS), pause(2000)]))) counts.textAfterEnd++;
    page.close();
}

const began = performance.now();
await Promise.all(Array.from({ length: answers }, (_, index) => run(index)));
for (const times of [firsts, reloads]) times.sort((a, b) => a - b);
const { textAfterEnd, askedAfterEnd, ...rest } = counts;
console.log(
    JSON.stringify({
        ...rest,
        expected: answers * TOKENS,
        firstP50: firsts[Math.floor(firsts.length / 2)],
        firstP99: firsts[Math.floor(firsts.length * 0.99)],
        reloadP50: reloads[Math.floor(reloads.length / 2)],
        reloadP99: reloads[Math.floor(reloads.length * 0.99)],
        notReloaded: answers - reloads.length,
        latencyMs: { p50: percentile(0.5), p99: percentile(0.99) },
        keptAfterEnd: textAfterEnd / askedAfterEnd,
    }),
);
process.exit(0);
