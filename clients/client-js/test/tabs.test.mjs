/** Tabs of a browser that share a connection, whatever becomes of the one that has it. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Chromium } from './chromium.mjs';
import { TestHub } from './hub.mjs';
import { PAGES, begin, holding } from './pages.mjs';
import { HostileProxy } from './proxy.mjs';
import { DEADLINE_MS, EVENTS, NUMBERS, OPTIONS, publishPaced } from './faults.mjs';
import { within } from './waiting.mjs';

/** Other tabs take over from a leader without a sign of life: some tests need that, others must not meet it. */
const SHARED = { ...OPTIONS, share: true, heartbeat: 15, answerMs: 15_000 };
const IMPATIENT = { ...SHARED, heartbeat: 1, answerMs: OPTIONS.answerMs };

let hub;
let browser;
const toStop = [];

before(async () => {
  [hub, browser] = await Promise.all([TestHub.start(), Chromium.start()]);
});

after(async () => {
  toStop.forEach(proxy => proxy.stop());
  await browser?.stop();
  await hub?.stop();
});

async function proxied() {
  const proxy = await HostileProxy.start(hub.url);
  proxy.pages = PAGES;
  toStop.push(proxy);
  return proxy;
}

/** Served one after the other, so that the first leads. */
async function shared(proxy, name, count, options) {
  const tabs = [];
  for (let i = 0; i < count; i++) {
    tabs.push(await begin(browser, proxy.url, name, options));
    if (!i) await tabs[0].began;
  }
  await Promise.all(tabs.map(tab => tab.began));
  assert.equal(proxy.upgrades, 1);
  return tabs;
}

test('lets twelve tabs share a connection, whichever of them dies', async () => {
  const proxy = await proxied();
  const tabs = await shared(proxy, 'shared', 12, SHARED);
  await hub.publish('shared', 'hello');
  for (const tab of tabs) assert.deepEqual(await holding(tab, 1), ['hello']);

  const [first, second, ...others] = tabs;
  const publishing = publishPaced(hub, 'shared');
  const said = others.map((tab, i) => tab.run(`channel.publish('from ${i}', { type: 'other' }).then(({ id }) => id)`));
  await holding(others[0], EVENTS / 4, DEADLINE_MS);
  first.crash();
  await holding(others[0], EVENTS / 2, DEADLINE_MS);
  await second.close();
  await publishing;
  for (const tab of others) assert.deepEqual(await holding(tab, EVENTS + 1, DEADLINE_MS), ['hello', ...NUMBERS]);
  assert.equal(new Set(await Promise.all(said)).size, others.length);
  assert.equal(proxy.upgrades, 3);
  for (const tab of others) await tab.close();
});

/** A tab that does nothing any more and has not gone: by what stops it, and what lets it go on. */
const STOPS = {
  'is frozen': [
    tab => tab.send('Page.setWebLifecycleState', { state: 'frozen' }),
    tab => tab.send('Page.setWebLifecycleState', { state: 'active' }),
  ],
  'is stuck, and was told nothing': [
    async tab => {
      await tab.send('Debugger.enable');
      const isPaused = browser.next('Debugger.paused', tab.sessionId);
      await tab.send('Debugger.pause');
      tab.run('0').catch(() => {}); // It stops at the first thing that it does.
      await isPaused;
    },
    tab => tab.send('Debugger.resume'),
  ],
};

for (const [what, [stop, goOn]] of Object.entries(STOPS)) {
  test(`takes over from a tab that leads and ${what}`, async () => {
    const proxy = await proxied();
    const name = `stopped/${what.length}`;
    const [first, ...others] = await shared(proxy, name, 3, IMPATIENT);
    await hub.publishNumbers(name, 0, 10);
    for (const tab of [first, ...others]) await holding(tab, 10);
    await stop(first);
    const said = others[0].run(`channel.publish('while it was stopped', { type: 'other' }).then(({ id }) => id)`);
    await hub.publishNumbers(name, 10, 20);
    for (const tab of others) await holding(tab, 20);
    await within(DEADLINE_MS, 'an answer', said);
    assert.equal(proxy.upgrades, 2);
    await goOn(first);
    await hub.publishNumbers(name, 20, 30);
    for (const tab of [first, ...others]) assert.deepEqual(await holding(tab, 30), NUMBERS.slice(0, 30));
    assert.deepEqual((await hub.all(name)).filter(data => data.startsWith('while')).length, 1);
    // The tab that was stopped becomes a follower: the first of the others leads, with the only connection.
    await others[0].close();
    await hub.publish(name, 'end');
    for (const tab of [first, others[1]]) assert.deepEqual(await holding(tab, 31), [...NUMBERS.slice(0, 30), 'end']);
    for (const tab of [first, others[1]]) await tab.close();
  });
}

/** How a page ends what it began. It has two channels, as the second one asks for the lead as well. */
const CLOSINGS = {
  'in the same breath': `sluice.close();`,
  'when it is served': `await isBegun; sluice.close();`,
  'on hearing that it connects': `sluice.on('state', ({ state }) => state === 'connecting' && sluice.close());`,
};

/** Until no tab of this origin has or wants a lock. */
const UNLOCKED = `(async () => {
  for (;;) {
    const { held, pending } = await navigator.locks.query();
    if (!held.length && !pending.length) return sluice.state.state;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
})()`;

for (const [when, close] of Object.entries(CLOSINGS)) {
  test(`leaves nothing behind where it is closed ${when}`, async () => {
    const proxy = await proxied();
    const page = await browser.open(`${proxy.url}page.html`);
    const closing = page.run(`(async () => {
      const isBegun = begin('closed', ${JSON.stringify(SHARED)});
      sluice.channel('closed too').on('message', () => {});
      ${close}
      await until(() => sluice.state.state === 'stopped');
    })()`);
    await within(DEADLINE_MS, 'closed', closing);
    assert.equal(await within(DEADLINE_MS, 'all locks let go', page.run(UNLOCKED)), 'stopped');
    await page.close();
  });
}

test('counts no connection that never was', async () => {
  const proxy = await proxied();
  const page = await browser.open(`${proxy.url}page.html`);
  const options = { ...OPTIONS, transports: ['sse'], backoff: { first: 20, max: 60 } };
  await page.run(`begin('nowhere', ${JSON.stringify(options)}), 0`);
  const trying = page.run(`(async () => {
    let tries = 0;
    sluice.on('state', ({ state }) => state === 'connecting' && tries++);
    await until(() => tries > 20);
    sluice.close();
  })()`);
  proxy.isAway = true;
  proxy.cut();
  await within(DEADLINE_MS, 'many tries', trying);
  assert.equal(await within(DEADLINE_MS, 'all locks let go', page.run(UNLOCKED)), 'stopped');
  assert.equal(await page.run('crowded'), 0);
  await page.close();
});

test('says when a browser has too many connections to a hub', async () => {
  const proxy = await proxied();
  const tabs = [];
  for (let i = 0; i < 5; i++) {
    tabs.push(await begin(browser, proxy.url, 'crowd', { ...OPTIONS, transports: ['sse'] }));
    await tabs[i].began;
  }
  await within(10_000, 'crowded', tabs.at(-1).run('until(() => crowded > 4)'));
  assert.equal(await tabs[0].run('crowded'), 0);
  for (const tab of tabs) await tab.close();
});
