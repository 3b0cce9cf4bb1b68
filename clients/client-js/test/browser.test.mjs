/** The module as it is served, in a real browser. */
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Chromium } from './chromium.mjs';
import { TestHub } from './hub.mjs';
import { PAGES, begin, holding } from './pages.mjs';
import { HostileProxy } from './proxy.mjs';
import { DEADLINE_MS, NUMBERS, OPTIONS, OVER_MS, FAULTS, FaultyHub } from './faults.mjs';
import { within } from './waiting.mjs';

const ONLINE = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
const OFFLINE = { ...ONLINE, offline: true };

let hub;
let browser;
const toStop = [];

before(async () => {
  [hub, browser] = await Promise.all([TestHub.start(), Chromium.start()]);
});

after(async () => {
  for (const each of toStop) await each.stop();
  await browser?.stop();
  await hub?.stop();
});

async function proxied() {
  const proxy = await HostileProxy.start(hub.url);
  proxy.pages = PAGES;
  toStop.push(proxy);
  return proxy;
}

describe('behind a proxy that', { concurrency: true }, () => {
  for (const what of Object.keys(FAULTS)) {
    test(what, async () => {
      const name = `browser/${what}`;
      const faulty = await FaultyHub.prepare(what, hub);
      toStop.push(faulty);
      faulty.proxy.pages = PAGES;
      const page = await begin(browser, faulty.url, name, { ...OPTIONS, ...faulty.options });
      await page.began;
      // From the best transport, also where the machine was so busy that another one was quicker.
      await within(DEADLINE_MS, 'websocket', page.run(`until(() => sluice.state.state === 'open' && sluice.state.transport === 'websocket')`));
      const before = await page.run('used.length');
      faulty.begin(); // The page itself came through.
      await faulty.publish(name);
      await holding(page, NUMBERS.length, DEADLINE_MS);
      await faulty.hub.publish(encodeURI(name), 'end');
      assert.deepEqual(await holding(page, NUMBERS.length + 1, DEADLINE_MS), [...NUMBERS, 'end']);
      faulty.verify((await page.run('used')).slice(before));
      await page.close();
    });
  }
});

test('goes on where it was when the network is back', async () => {
  const proxy = await proxied();
  const page = await begin(browser, proxy.url, 'away', { heartbeat: OPTIONS.heartbeat }); // With pauses as they are.
  await page.began;
  const third = Math.floor(NUMBERS.length / 3);
  await hub.publishNumbers('away', 0, third);
  await holding(page, third);
  await page.send('Network.enable');
  await page.send('Network.emulateNetworkConditions', OFFLINE);
  proxy.swallow(); // The switch may leave open connections alone.
  await hub.publishNumbers('away', third, 2 * third);
  await within(15_000, 'waiting', page.run(`until(() => sluice.state.state === 'waiting')`));
  await new Promise(resolve => setTimeout(resolve, OVER_MS)); // Not a wait for a condition: it must be gone for this time.
  assert.equal((await page.run('data')).length, third);
  await page.send('Network.emulateNetworkConditions', ONLINE);
  await holding(page, 2 * third);
  await hub.publishNumbers('away', 2 * third, NUMBERS.length);
  assert.deepEqual(await holding(page, NUMBERS.length), NUMBERS);
  await page.close();
});

test('is back at once when the network is, and when a frozen page is shown again', async () => {
  const proxy = await proxied();
  const page = await begin(browser, proxy.url, 'offline', { ...OPTIONS, backoff: { first: 60_000, max: 60_000, jitter: 0 } });
  await page.began;
  await page.send('Network.enable');
  await page.send('Network.emulateNetworkConditions', OFFLINE);
  proxy.cut();
  await within(10_000, 'waiting', page.run(`until(() => sluice.state.state === 'waiting')`));
  await hub.publish('offline', 'a');
  await page.send('Network.emulateNetworkConditions', ONLINE);
  assert.deepEqual(await holding(page, 1), ['a']);

  await page.send('Page.setWebLifecycleState', { state: 'frozen' });
  proxy.cut();
  await hub.publish('offline', 'b');
  await page.send('Page.setWebLifecycleState', { state: 'active' });
  assert.deepEqual(await holding(page, 2), ['a', 'b']);
  await page.close();
});
