// A hub of its own for evidence, and traffic as of a small company: orders, prices, sensors, chats in two languages.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const EVERY_MS = 50;

/** Starts a hub in memory. Returns its address, its process, and what ends it. */
export async function hub(...options) {
    const sluice = process.env.SLUICE ?? fileURLToPath(new URL('../../../sluice', import.meta.url));
    const child = spawn(sluice, ['serve', '--port', '0', '--memory', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the hub has ended with exit code ${code}`)));
    ended.catch(() => {}); // Of interest only until the hub is ready.
    while (!/http:\/\/\S+\d/.test(said)) await Promise.race([once(child.stdout, 'data'), ended]);
    const stop = async () => {
        child.kill();
        if (child.exitCode === null) await once(child, 'exit');
    };
    return { url: said.match(/http:\/\/\S+\d/)[0], child, stop };
}

const pick = (list) => list[Math.floor(Math.random() ** 2 * list.length)];
const round = (n) => Math.round(n * 100) / 100;
const STOCKS = ['ACME', 'HOOLI', 'INITECH', 'UMBRELLA', 'GLOBEX', 'STARK', 'WAYNE', 'SOYLENT'];
const HOSTS = Array.from({ length: 24 }, (_, i) => `${['eu-west', 'us-east', 'ap-south'][i % 3]}/host-${i}`);
const TALK = ['Kick-off in five minutes', '今天的比赛 3:1 结束', 'Who has the keys of the van?', '好的，十点半见。', 'Deployed 2.41 to staging', '收到，马上处理'];
const prices = new Map(STOCKS.map((each) => [each, 50 + Math.random() * 300]));
let orders = 4700;

const KINDS = [
    () => {
        const stock = pick(STOCKS);
        prices.set(stock, prices.get(stock) * (1 + (Math.random() - 0.5) / 500));
        return { channel: `quotes/${stock}`, type: 'price', key: stock, data: { price: round(prices.get(stock)), volume: Math.floor(Math.random() * 900) } };
    },
    () => ({ channel: `fleet/${pick(HOSTS)}/cpu`, type: 'sample', data: { user: round(Math.random() * 70), system: round(Math.random() * 20), unit: '%' } }),
    () => ({ channel: 'orders/eu', type: pick(['order.placed', 'order.paid', 'order.cancelled']), key: `A-${++orders}`, data: { order: orders, customer: `c-${orders % 97}`, total: round(Math.random() * 400), paid: Math.random() < 0.8 } }),
    () => ({ channel: `sensors/hall-${Math.ceil(Math.random() * 6)}/temperature`, type: 'reading', data: { celsius: round(18 + Math.random() * 5) } }),
    () => ({ channel: `chat/${pick(['kitchen', 'launch', '足球'])}`, type: 'message', data: pick(TALK) }),
    () => ({ channel: 'logs/app', type: 'line', data: pick(['\u001b[32mINFO\u001b[0m request served in 12 ms', '\u001b[33mWARN\u001b[0m cache is cold', '\u001b[31mERROR\u001b[0m payment provider timed out']) }),
    () => ({ channel: '新闻/体育', type: 'news', data: { 标题: pick(['国家队公布大名单', '马拉松周日开跑', '决赛门票售罄']), 热度: Math.floor(Math.random() * 1000) } }),
];

/** Publishes this many events a second, until its signal. Returns how many it has `sent` so far. */
export function publish(url, perSecond, signal) {
    const traffic = { sent: 0 };
    run(url, perSecond, signal, traffic).catch((error) => signal.aborted || console.error(`no longer publishing: ${error.message}`));
    return traffic;
}

async function run(url, perSecond, signal, traffic) {
    const begin = performance.now();
    while (!signal.aborted) {
        const due = Math.floor(((performance.now() - begin) / 1000) * perSecond) - traffic.sent;
        const lines = Array.from({ length: due }, () => JSON.stringify(pick(KINDS)())).join('\n');
        traffic.sent += due;
        if (due > 0) await fetch(`${url}/channels`, { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body: lines }).then((answer) => answer.text());
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
}

/** Reads these selections over Server-Sent Events, JSON lines and WebSockets, until its signal; the last one does not read on. */
export function read(url, signal) {
    const stream = async (path, takes) => {
        const answer = await fetch(`${url}/channels/${path}`, { signal });
        const reader = answer.body.getReader();
        while (!signal.aborted) {
            const { done } = await reader.read();
            if (done || !takes) return takes || new Promise((resolve) => signal.addEventListener('abort', resolve));
        }
    };
    const quiet = (promise) => promise.catch(() => {}); // Cut with the hub, or by the signal.
    const all = [];
    for (const each of ['orders/eu', 'chat/**', 'fleet/**', 'quotes/**', 'quotes/ACME', 'sensors/**']) {
        all.push(quiet(stream(`${each}?as=sse`, true)), quiet(stream(`${each}?as=ndjson`, true)));
        const socket = new WebSocket(`${url.replace('http', 'ws')}/channels/${each}`);
        signal.addEventListener('abort', () => socket.close());
        socket.onerror = () => {};
    }
    all.push(quiet(stream('**?as=sse', false)));
    return Promise.all(all);
}
