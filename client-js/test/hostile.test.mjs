/** Everything in order, nothing lost, nothing twice, through proxies as one meets them. */
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Sluice } from '../src/sluice.js';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';
import { Basket, first, within } from './waiting.mjs';

const IS_LONG = process.env.SLUICE_LONG === '1';
const EVENTS = IS_LONG ? 10_000 : 600;
const OVER_MS = IS_LONG ? 60_000 : 6_000;
const DEADLINE_MS = OVER_MS * 3 + 30_000;
const BATCHES = 60;
const OPTIONS = { heartbeat: 1, answerMs: 1_500, pollMs: 200, waitSeconds: 1, betterMs: 5_000, backoff: { first: 100, max: 1_000 } };

const FAULTS = {
  'cuts every one to three seconds': { cutMs: [1_000, 3_000] },
  'swallows everything without a word': { holeMs: [1_500, 4_000] },
  'refuses WebSockets': { webSocket: false },
  'refuses WebSockets and holds back streams to their end': { webSocket: false, buffer: true },
  'cuts what is idle': { idleMs: IS_LONG ? 30_000 : 700 },
  'talks HTTP/1.0': { http10: true },
  'does all of it': { cutMs: [2_000, 5_000], webSocket: false, buffer: true, http10: true },
};

let hub;
const toClose = [];

before(async () => {
  hub = await TestHub.start();
});

after(async () => {
  toClose.forEach(close => close());
  await hub?.stop();
});

async function proxied(faults) {
  const proxy = await HostileProxy.start(hub.url, faults);
  toClose.push(() => proxy.stop());
  return proxy;
}

function connect(url, options) {
  const sluice = new Sluice(url, { ...OPTIONS, ...options });
  toClose.push(() => sluice.close());
  return sluice;
}

const numbers = Array.from({ length: EVENTS }, (_, i) => String(i));

async function publishAll(channel) {
  for (let batch = 0; batch < BATCHES; batch++) {
    await hub.publishNumbers(channel, (batch * EVENTS) / BATCHES, ((batch + 1) * EVENTS) / BATCHES);
    await new Promise(resolve => setTimeout(resolve, OVER_MS / BATCHES)); // A pace, not a wait: the faults need time.
  }
}

describe('behind a proxy that', { concurrency: true }, () => {
  for (const [what, faults] of Object.entries(FAULTS)) {
    test(what, async () => {
      const name = `hostile/${what}`;
      const proxy = await proxied(faults);
      const sluice = connect(proxy.url);
      const used = new Set();
      sluice.on('state', ({ state, transport }) => state === 'open' && used.add(transport));
      const channel = sluice.channel(name);
      const basket = new Basket(channel);
      await first(channel, 'open', () => true, DEADLINE_MS);
      await publishAll(name);
      await basket.holding(EVENTS, DEADLINE_MS);
      await hub.publish(encodeURI(name), 'end');
      assert.deepEqual(await basket.holding(EVENTS + 1, DEADLINE_MS), [...numbers, 'end']);
      if (faults.webSocket === false || faults.http10) assert.ok(!used.has('websocket'), [...used]);
      if (faults.buffer) assert.ok(!used.has('sse'), [...used]);
    });
  }

  test('cuts, while events go through it to the hub', async () => {
    const proxy = await proxied({ cutMs: [500, 1_500] });
    const sluice = connect(proxy.url);
    const published = [];
    for (const number of numbers) {
      published.push(sluice.channel('hostile/up').publish(number));
      await new Promise(resolve => setTimeout(resolve, OVER_MS / EVENTS)); // A pace, not a wait.
    }
    await within(DEADLINE_MS, 'all acknowledged', Promise.all(published));
    assert.deepEqual(await hub.all('hostile/up'), numbers);
  });
});

describe('swallowed and cut by turns, over one transport alone:', { concurrency: true }, () => {
  for (const transport of ['websocket', 'sse', 'ndjson', 'longpoll', 'poll']) {
    test(transport, async () => {
      const name = `alone/${transport}`;
      const proxy = await proxied();
      const sluice = connect(proxy.url, { transports: [transport] });
      const channel = sluice.channel(name);
      const basket = new Basket(channel);
      await first(channel, 'open');
      for (let i = 0; i < 4; i++) {
        await hub.publish(name, String(i));
        if (i % 2) proxy.cut();
        else proxy.swallow();
        await hub.publish(name, `${i} lost on its way`);
        await basket.holding(2 * i + 2);
      }
      assert.deepEqual(basket.data, [0, 1, 2, 3].flatMap(i => [String(i), `${i} lost on its way`]));
    });
  }
});

test('after the hub was killed and started again', async () => {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const folder = await mkdtemp('/tmp/sluice-test-');
  let other = await TestHub.start({ folder });
  const port = new URL(other.url).port;
  const sluice = connect(other.url);
  const channel = sluice.channel('restart');
  const basket = new Basket(channel);
  await first(channel, 'open');
  await other.publishNumbers('restart', 0, EVENTS / 2);
  await other.stop();
  const unsent = sluice.channel('other').publish('said while it was away');
  other = await TestHub.start({ folder, port });
  await other.publishNumbers('restart', EVENTS / 2, EVENTS);
  assert.deepEqual(await basket.holding(EVENTS), numbers);
  await unsent;
  assert.deepEqual(await other.all('other'), ['said while it was away']);
  sluice.close();
  await other.stop();
  await rm(folder, { recursive: true });
});
