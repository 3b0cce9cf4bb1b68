/**
 * One page in Chromium with the clients of four protocols, unmodified, which read one channel while a hub is killed
 * and comes back. Publishers of all four protocols publish to it meanwhile, each event once: what the hub did not
 * acknowledge is not repeated.
 */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Chromium } from './chromium.mjs';
import { stopAll } from './guide.mjs';
import { TestHub } from './hub.mjs';
import { within } from './waiting.mjs';

const load = createRequire(new URL('doors/node_modules/', import.meta.url));
const CHANNEL = 'pusher/shop/orders';
const SECRET = '!ChangeThisMercureHubJWTSecretKey!';
const EACH = process.env.SLUICE_LONG === '1' ? 500 : 40; // Events of each publisher before the kill, and as many after it.

const acknowledged = [];
const refused = [];
let numbers = 0;
let folder;
let hub;
let site;
let browser;
let page;
let publishers;

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-doors-`);
  site = await startSite();
  await once(site, 'listening');
  await writeFile(`${folder}/mercure.key`, SECRET, { mode: 0o600 });
  await writeFile(`${folder}/pusher.properties`, 'shop.key = key-1\nshop.secret = secret-1\n', { mode: 0o600 });
  await writeFile(`${folder}/sluice.toml`, `
    origins = ["${address()}"]
    [pusher]
    apps_file = "${folder}/pusher.properties"
    [mercure]
    path = "/.well-known/mercure"
    publisher_key_file = "${folder}/mercure.key"
    anonymous = true
    channels = "pusher/shop"
    [durable_streams]
    path = "/streams"
    [subscribe]
    sse_retry = "1s"
  `);
  hub = await TestHub.start({ folder: `${folder}/data`, config: `${folder}/sluice.toml` });
  browser = await Chromium.start();
  publishers = await doors();
  page = await browser.open(`${address()}/page.html`);
});

after(() => stopAll({ browser, hub, site, folder }));

test('four clients of four protocols read one channel in one order while the hub is killed', async t => {
  await within(30_000, 'four clients listen', page.run(`begin('${hub.url}')`));

  // Killed amid publishes: each publisher goes on until its next one is refused.
  const untilKilled = publishers.map(publish => publishWhile(publish, () => refused.length === 0));
  await allReceived(EACH * publishers.length);
  await hub.stop('SIGKILL');
  await Promise.all(untilKilled);
  assert.equal(refused.length, publishers.length);
  const killed = acknowledged.length;

  await hub.start();
  await publishEach(EACH); // pusher-js may still be away: as with any server, it misses these.
  await within(120_000, 'pusher-js subscribes again', page.run('subscribed'));
  await publishEach(EACH);
  const last = await publishNext(publishers[0]);
  await allReceived(last);

  const log = (await hub.all(CHANNEL)).map(data => (typeof data === 'string' ? JSON.parse(data) : data));
  const received = await page.run('received');
  const order = log.map(event => event.number);
  const before = log.filter(event => event.number <= Math.max(...refused)).length;
  await page.run(`compare(${JSON.stringify(log)}, ${before})`);
  if (process.env.SCREENSHOT) await screenshot(process.env.SCREENSHOT);

  assert.deepEqual(acknowledged.filter(each => !order.includes(each)), [], 'acknowledged, but not in the log');
  assert.equal(new Set(order).size, order.length);
  const stored = refused.filter(each => order.includes(each)).length;
  assert.equal(order.length, acknowledged.length + stored);
  for (const [name, events] of Object.entries(received)) {
    const own = events.map(event => event.number);
    if (name !== 'pusher-js') assert.deepEqual(own, order, name);
    t.diagnostic(`${name}: ${own.length} of ${order.length} events`);
  }
  assertOneGap(order, received['pusher-js'].map(event => event.number), killed);
  t.diagnostic(`${acknowledged.length} acknowledged, ${refused.length} not, ${stored} of which are in the log`);
});

/** pusher-js has no cursor: it gets what is published while it is subscribed. */
function assertOneGap(order, own, killed) {
  const from = own.findIndex((each, i) => each !== order[i]);
  if (from < 0) return assert.equal(own.length, order.length);
  const missing = order.length - own.length;
  assert.deepEqual([...order.slice(0, from), ...order.slice(from + missing)], own, 'pusher-js misses one run of events');
  assert.ok(from <= killed + publishers.length && from + missing >= killed - publishers.length, 'around the kill');
}

/** Resolves when all readers have this event. */
async function allReceived(number) {
  await within(60_000, `event ${number}`, page.run(`until(${number})`)).catch(async error => {
    const newest = 'Object.entries(received).map(([name, got]) => `${name}: ${got.length}, …${got.at(-1)?.number}`).join()';
    throw new Error(`${error.message}; ${await page.run(newest)}`);
  });
}

async function publishWhile(publish, isWanted) {
  while (isWanted()) await publishNext(publish).catch(() => {});
}

async function publishEach(count) {
  await Promise.all(publishers.map(async publish => {
    for (let i = 0; i < count; i++) await publishNext(publish);
  }));
}

/** Publishes the event with the next number; resolves with it once it is acknowledged. */
async function publishNext(publish) {
  const number = ++numbers;
  try {
    await publish({ door: publish.door, number });
    acknowledged.push(number);
    return number;
  } catch (error) {
    refused.push(number);
    throw error;
  }
}

/** Publishers of each protocol. They reject what is not acknowledged, and repeat nothing. */
async function doors() {
  const Pusher = load('pusher');
  const { DurableStream } = load('@durable-streams/client');
  const { hostname: host, port } = new URL(hub.url);
  const app = new Pusher({ appId: 'shop', key: 'key-1', secret: 'secret-1', host, port });
  const stream = await DurableStream.create({
    url: `${hub.url}streams/${CHANNEL}`,
    contentType: 'application/json',
    backoffOptions: { initialDelay: 1, maxDelay: 1, multiplier: 1, maxRetries: 0 },
    warnOnHttp: false,
  });
  return Object.entries({
    POST: event => post(`channels/${CHANNEL}?type=order`, JSON.stringify(event), { 'Content-Type': 'application/json' }),
    Pusher: event => app.trigger('orders', 'order', event),
    Mercure: event => post('.well-known/mercure', new URLSearchParams({ topic: 'orders', type: 'order', data: JSON.stringify(event) }),
      { Authorization: `Bearer ${token()}` }),
    Streams: event => stream.append(JSON.stringify(event)),
  }).map(([door, publish]) => Object.assign(publish, { door }));
}

async function post(path, body, headers) {
  const answer = await fetch(`${hub.url}${path}`, { method: 'POST', body, headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

function token() {
  const base64 = text => Buffer.from(text).toString('base64url');
  const content = `${base64('{"alg":"HS256","typ":"JWT"}')}.${base64('{"mercure":{"publish":["*"]}}')}`;
  return `${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
}

async function screenshot(file) {
  await page.send('Emulation.setDeviceMetricsOverride', { width: 1024, height: 780, deviceScaleFactor: 1, mobile: false });
  const { data } = await page.send('Page.captureScreenshot', { format: 'png' });
  await writeFile(file, Buffer.from(data, 'base64'));
}

function address() {
  return `http://127.0.0.1:${site.address().port}`;
}

/** An application with the page, of another origin than the hub's. */
async function startSite() {
  const { outputFiles: [bundle] } = await load('esbuild').build({
    entryPoints: [fileURLToPath(new URL('doors/page.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
  });
  const files = {
    '/page.html': ['text/html', await readFile(new URL('doors/page.html', import.meta.url))],
    '/page.js': ['text/javascript', bundle.text],
  };
  return http.createServer(({ url }, response) => {
    const [type, text] = files[url] ?? [];
    if (!type) return response.writeHead(404).end();
    response.setHeader('Content-Type', `${type}; charset=utf-8`).end(text);
  }).listen(0, '127.0.0.1');
}
