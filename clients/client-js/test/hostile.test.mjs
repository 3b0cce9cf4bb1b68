/** Everything in order, nothing lost, nothing twice, through proxies as one meets them. */
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Sluice } from '../src/sluice.js';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';
import { DEADLINE_MS, EVENTS, NUMBERS, OPTIONS, OVER_MS, FAULTS, FaultyHub } from './faults.mjs';
import { EventCollector, first, within } from './waiting.mjs';

let hub;
const toClose = [];

before(async () => {
  hub = await TestHub.start();
});

after(async () => {
  for (const close of toClose.reverse()) await close();
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

describe('behind a proxy that', { concurrency: true }, () => {
  for (const what of Object.keys(FAULTS)) {
    test(what, async () => {
      const name = `hostile/${what}`;
      const faulty = await FaultyHub.prepare(what, hub);
      toClose.push(() => faulty.stop());
      faulty.begin();
      const sluice = connect(faulty.url, faulty.options);
      const used = [];
      sluice.on('state', ({ state, transport }) => state === 'open' && used.push(transport));
      const channel = sluice.channel(name);
      const collector = new EventCollector(channel);
      await first(channel, 'open', () => true, DEADLINE_MS);
      const unsent = [];
      await faulty.publish(name, () => unsent.push(sluice.channel('said while it was away').publish(String(unsent.length))));
      await collector.holding(EVENTS, DEADLINE_MS);
      await faulty.hub.publish(encodeURI(name), 'end');
      assert.deepEqual(await collector.holding(EVENTS + 1, DEADLINE_MS), [...NUMBERS, 'end']);
      faulty.verify(used);
      await within(DEADLINE_MS, 'all acknowledged', Promise.all(unsent));
      if (faulty.restarts) assert.deepEqual(await faulty.hub.all('said while it was away'), NUMBERS.slice(0, faulty.restarts));
    });
  }

  test('cuts, while events go through it to the hub', async () => {
    const proxy = await proxied({ cutMs: [500, 1_500] });
    const sluice = connect(proxy.url);
    const published = [];
    for (const number of NUMBERS) {
      published.push(sluice.channel('hostile/up').publish(number));
      await new Promise(resolve => setTimeout(resolve, OVER_MS / EVENTS)); // A pace, not a wait: it is cut during that.
    }
    await within(DEADLINE_MS, 'all acknowledged', Promise.all(published));
    assert.deepEqual(await hub.all('hostile/up'), NUMBERS);
    assert.ok(proxy.met.cut > 0);
  });
});

describe('over one transport alone', { concurrency: true }, () => {
  for (const transport of ['websocket', 'sse', 'ndjson', 'longpoll', 'poll']) {
    test(`goes on over ${transport}, swallowed and cut by turns`, async () => {
      const name = `alone/${transport}`;
      const proxy = await proxied();
      const sluice = connect(proxy.url, { transports: [transport] });
      const channel = sluice.channel(name);
      const collector = new EventCollector(channel);
      await first(channel, 'open');
      for (let i = 0; i < 4; i++) {
        await hub.publish(name, String(i));
        if (i % 2) proxy.cut();
        else proxy.swallow();
        await hub.publish(name, `${i} lost on its way`);
        await collector.holding(2 * i + 2);
      }
      assert.deepEqual(collector.data, [0, 1, 2, 3].flatMap(i => [String(i), `${i} lost on its way`]));
    });
  }
});
