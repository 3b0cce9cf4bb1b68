/** The module as it is served, in a real browser. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { bundle } from '../bundle.mjs';
import { Chromium } from './chromium.mjs';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';
import { within } from './waiting.mjs';

const IS_LONG = process.env.SLUICE_LONG === '1';
const EVENTS = IS_LONG ? 10_000 : 400;
const BATCHES = 40;
const OVER_MS = IS_LONG ? 60_000 : 4_000;
const DEADLINE_MS = OVER_MS * 2 + 30_000;
const OPTIONS = { heartbeat: 1, answerMs: 1_500, pollMs: 200, waitSeconds: 3, betterMs: 2_000, backoff: { first: 100, max: 1_000 } };

const numbers = Array.from({ length: EVENTS }, (_, i) => String(i));

let hub;
let browser;
let pages;
const toStop = [];

before(async () => {
  [hub, browser] = await Promise.all([TestHub.start(), Chromium.start()]);
  pages = {
    '/page.html': ['text/html', await readFile(new URL('./page.html', import.meta.url))],
    '/client.js': ['text/javascript', await bundle()],
  };
});

after(async () => {
  toStop.forEach(proxy => proxy.stop());
  await browser?.stop();
  await hub?.stop();
});

async function proxied(faults) {
  const proxy = await HostileProxy.start(hub.url, faults);
  proxy.pages = pages;
  toStop.push(proxy);
  return proxy;
}

async function open(proxy, name, options, selection) {
  const page = await browser.open(`${proxy.url}page.html`);
  const begin = `begin(${JSON.stringify(name)}, ${JSON.stringify({ ...OPTIONS, ...options })}, ${JSON.stringify(selection ?? {})})`;
  page.began = page.run(begin);
  return page;
}

async function publishAll(name) {
  for (let batch = 0; batch < BATCHES; batch++) {
    await hub.publishNumbers(name, (batch * EVENTS) / BATCHES, ((batch + 1) * EVENTS) / BATCHES);
    await new Promise(resolve => setTimeout(resolve, OVER_MS / BATCHES)); // A pace, not a wait.
  }
}

async function holding(page, count) {
  await within(DEADLINE_MS, `${count} events`, page.run(`until(() => data.length >= ${count})`));
  return page.run('data');
}

test('gets everything in order behind a proxy that cuts, and one that lets little through', async () => {
  const runs = [{ cutMs: [1_000, 3_000] }, { webSocket: false, buffer: true }, { http10: true, holeMs: [2_000, 4_000] }].map(async (faults, i) => {
    const name = `browser/${i}`;
    const proxy = await proxied();
    const page = await open(proxy, name);
    await page.began;
    Object.assign(proxy.faults, faults); // The page itself came through.
    proxy.cut();
    await publishAll(name);
    assert.deepEqual(await holding(page, EVENTS), numbers);
    await page.close();
  });
  await Promise.all(runs);
});

test('lets twelve tabs share a connection, whichever of them dies', async () => {
  const proxy = await proxied();
  const tabs = [];
  for (let i = 0; i < 12; i++) tabs.push(await open(proxy, 'shared', { share: true }));
  await Promise.all(tabs.map(tab => tab.began));
  await hub.publish('shared', 'hello');
  for (const tab of tabs) assert.deepEqual(await holding(tab, 1), ['hello']);
  assert.equal(proxy.upgrades, 1);

  const [first, second, ...others] = tabs;
  const publishing = publishAll('shared');
  const said = others.map((tab, i) => tab.run(`channel.publish('from ${i}', { type: 'other' }).then(({ id }) => id)`));
  await holding(others[0], EVENTS / 4);
  first.crash();
  await holding(others[0], EVENTS / 2);
  await second.close();
  await publishing;
  for (const tab of others) assert.deepEqual(await holding(tab, EVENTS + 1), ['hello', ...numbers]);
  assert.equal(new Set(await Promise.all(said)).size, others.length);
  assert.equal(proxy.upgrades, 3);
  for (const tab of others) await tab.close();
});

test('says when a browser has too many connections to a hub', async () => {
  const proxy = await proxied();
  const tabs = [];
  for (let i = 0; i < 5; i++) tabs.push(await open(proxy, 'crowd', { transports: ['sse'] }));
  await within(10_000, 'crowded', tabs.at(-1).run('until(() => crowded > 4)'));
  assert.equal(await tabs[0].run('crowded'), 0);
  for (const tab of tabs) await tab.close();
});

test('is back at once when the network is, and when a frozen page is shown again', async () => {
  const proxy = await proxied();
  const page = await open(proxy, 'offline', { backoff: { first: 60_000, max: 60_000, jitter: 0 } });
  await page.began;
  await page.send('Network.enable');
  const network = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
  await page.send('Network.emulateNetworkConditions', { offline: true, ...network });
  proxy.cut();
  await within(10_000, 'waiting', page.run(`until(() => sluice.state.state === 'waiting')`));
  await hub.publish('offline', 'a');
  await page.send('Network.emulateNetworkConditions', { offline: false, ...network });
  assert.deepEqual(await holding(page, 1), ['a']);

  await page.send('Page.setWebLifecycleState', { state: 'frozen' });
  proxy.cut();
  await hub.publish('offline', 'b');
  await page.send('Page.setWebLifecycleState', { state: 'active' });
  assert.deepEqual(await holding(page, 2), ['a', 'b']);
  await page.close();
});
