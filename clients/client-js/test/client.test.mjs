import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Sluice } from '../src/sluice.js';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';
import { EventCollector, first, stateOf, within } from './waiting.mjs';

const TRANSPORTS = ['websocket', 'sse', 'ndjson', 'longpoll', 'poll'];
const QUICK = { heartbeat: 1, answerMs: 2_000, pollMs: 100, waitSeconds: 1, backoff: { first: 50, max: 500 } };

let hub;
const open = [];
const proxies = [];

before(async () => {
  hub = await TestHub.start();
});

after(async () => {
  open.forEach(sluice => sluice.close());
  proxies.forEach(proxy => proxy.stop()); // A test that fails must not keep this process for ever.
  await hub?.stop();
});

function connect(options, url = hub.url) {
  const sluice = new Sluice(url, { ...QUICK, ...options });
  open.push(sluice);
  return sluice;
}

async function proxied(faults) {
  const proxy = await HostileProxy.start(hub.url, faults);
  proxies.push(proxy);
  return proxy;
}

for (const transport of TRANSPORTS) {
  describe(`over ${transport}`, { concurrency: true }, () => {
    const only = { transports: [transport] };

    test('gives what is kept, then what comes', async () => {
      const name = `kept/${transport}`;
      await hub.publish(name, 'a', 'b', 'c');
      const channel = connect(only).channel(name, { last: 2 });
      const collector = new EventCollector(channel);
      assert.deepEqual(await collector.holding(2), ['b', 'c']);
      await hub.publish(name, 'd');
      assert.deepEqual(await collector.holding(3), ['b', 'c', 'd']);
      const later = new EventCollector(connect(only).channel(name, { after: channel.cursor }));
      await hub.publish(name, 'e');
      assert.deepEqual(await later.holding(1), ['e']);
    });

    test('publishes text, JSON and bytes, and says what became of each', async () => {
      const name = `data/${transport}`;
      const channel = connect(only).channel(name, { after: 'earliest' });
      const collector = new EventCollector(channel);
      const text = await channel.publish('grüß dich', { type: 'greeting', key: 'k' });
      assert.equal(text.channel, name);
      assert.equal(text.replay, false);
      await channel.publish({ a: [1, null] });
      assert.deepEqual(await collector.holding(2), ['grüß dich', { a: [1, null] }]);
      await assert.rejects(channel.publish('x', { ifMatch: 'x'.repeat(20) }), error => error.status >= 400 && error.problem.title !== undefined);
      const again = { idempotencyKey: `twice-${transport}` };
      const one = await channel.publish('once', again);
      assert.deepEqual(await channel.publish('once', again), { ...one, replay: true });
    });

    test('keeps the places of many selections apart', async () => {
      const sluice = connect(only);
      const names = ['one', 'two', 'three'].map(name => `many/${transport}/${name}`);
      const baskets = names.map(name => new EventCollector(sluice.channel(name)));
      const all = new EventCollector(sluice.channel(`many/${transport}/*`));
      await Promise.all(names.map(name => opened(sluice, name)));
      await opened(sluice, `many/${transport}/*`);
      for (const name of names) await hub.publish(name, `${name} 1`, `${name} 2`);
      await all.holding(6);
      for (let i = 0; i < 3; i++) assert.deepEqual(await baskets[i].holding(2), [`${names[i]} 1`, `${names[i]} 2`]);
      assert.deepEqual(all.data, names.flatMap(name => [`${name} 1`, `${name} 2`]));
    });

    test('gives a channel nothing of a closed one', async () => {
      const sluice = connect({ ...only, waitSeconds: 25 }); // So that a long poll is still for both.
      const [name, closed] = ['read', 'closed'].map(name => `apart/${transport}/${name}`);
      const [channel, other] = [sluice.channel(name), sluice.channel(closed)];
      const collector = new EventCollector(channel);
      await Promise.all([first(channel, 'open'), first(other, 'open')]);
      other.close();
      await hub.publish(closed, 'unheard');
      await hub.publish(name, 'heard');
      assert.deepEqual(await collector.holding(1), ['heard']);
    });

    test('loops until the channel ends', async () => {
      const name = `loop/${transport}`;
      await hub.publish(name, 'a', 'b');
      await fetch(`${hub.url}channels/${name}?close=true`, { method: 'POST', body: 'c' });
      const data = [];
      for await (const event of connect(only).channel(name, { after: 'earliest' })) data.push(event.data);
      assert.deepEqual(data, ['a', 'b', 'c']);
    });

    test('ends a channel that shares its request with one that goes on', async () => {
      const names = ['over', 'ending', 'open'].map(name => `ends/${transport}/${name}`);
      const end = name => fetch(`${hub.url}channels/${name}?close=true`, { method: 'POST', body: 'last' });
      await end(names[0]);
      const sluice = connect(only);
      const [over, ending, open] = names.map(name => sluice.channel(name));
      const completed = [over, ending].map(channel => first(channel, 'sluice.complete', () => true, 20_000));
      const collector = new EventCollector(open);
      await Promise.all([first(open, 'open'), completed[0]]);
      await end(names[1]);
      await completed[1];
      await hub.publish(names[2], 'heard');
      assert.deepEqual(await collector.holding(1), ['heard']);
    });

    test('tells of a gap before anything else', async () => {
      const name = `gap/${transport}`;
      const [id] = await hub.publish(name, 'a', 'b');
      await fetch(`${hub.url}channels/${name}`, { method: 'DELETE' });
      await hub.publish(name, 'c');
      const heard = [];
      for await (const event of connect(only).channel(name, { after: id })) {
        heard.push(event.type === 'sluice.gap' ? event.reason : event.data);
        if (heard.length === 2) break;
      }
      assert.deepEqual(heard, ['deleted', 'c']);
    });

    test('is served though it has a token that nobody asked for', async () => {
      const name = `token/${transport}`;
      const channel = connect({ ...only, getToken: async () => 'for another hub' }).channel(name, { after: 'earliest' });
      const collector = new EventCollector(channel);
      await channel.publish('a');
      assert.deepEqual(await collector.holding(1), ['a']);
    });

    test('lets a selection that is refused fail alone', async () => {
      const sluice = connect(only);
      const wrong = sluice.channel('no//name');
      const right = new EventCollector(sluice.channel(`alone/${transport}`, { after: 'earliest' }));
      const error = await first(wrong, 'error');
      assert.equal(error.status, 400);
      await hub.publish(`alone/${transport}`, 'a');
      await right.holding(1);
      assert.equal(sluice.state.state, 'open');
    });
  });
}

/** A second selection of the same name is served after the first, as a line's order is kept. */
function opened(sluice, name) {
  return first(sluice.channel(name), 'open');
}

test('holds back the hub, not memory, where a loop takes its time', async () => {
  await hub.publishNumbers('slow', 0, 3_000);
  let count = 0;
  for await (const event of connect({ transports: ['websocket'] }).channel('slow', { after: 'earliest' })) {
    assert.equal(event.data, String(count++));
    if (count % 300 === 0) await hub.publish('slow/work', 'done');
    if (count === 3_000) break;
  }
});

test('falls back to what gets through, and returns when better ones do', async () => {
  const faults = { webSocket: false };
  const proxy = await proxied(faults);
  const sluice = connect({ betterMs: 300 }, proxy.url);
  const collector = new EventCollector(sluice.channel('better'));
  assert.equal((await stateOf(sluice, 'open')).transport, 'sse');
  await first(sluice.channel('better'), 'open');
  await hub.publish('better', 'a');
  await collector.holding(1);
  faults.webSocket = true;
  await first(sluice, 'state', ({ state, transport }) => state === 'open' && transport === 'websocket');
  await hub.publish('better', 'b');
  assert.deepEqual(await collector.holding(2), ['a', 'b']);
});

test('returns to better ones also where the line is cut again and again', async () => {
  const faults = { webSocket: false };
  const proxy = await proxied(faults);
  const sluice = connect({ betterMs: 600 }, proxy.url);
  const collector = new EventCollector(sluice.channel('cut'));
  // No line lasts as long as the wait for a better one; until there is one on its way.
  const cut = () => proxy.upgrades || proxy.cut();
  sluice.on('state', ({ state }) => state === 'open' && setTimeout(cut, 200));
  assert.notEqual((await stateOf(sluice, 'open')).transport, 'websocket');
  faults.webSocket = true;
  // The wait doubles each time that a cut also hits the WebSocket, before its handshake.
  await first(sluice, 'state', ({ state, transport }) => state === 'open' && transport === 'websocket', 60_000);
  await first(sluice.channel('cut'), 'open');
  await hub.publish('cut', 'a');
  assert.deepEqual(await collector.holding(1), ['a']);
});

test('keeps what is published while the line is down, and sends it once', async () => {
  const proxy = await proxied();
  const sluice = connect({}, proxy.url);
  const channel = sluice.channel('unsent');
  await channel.publish('0');
  const promises = [];
  for (let i = 1; i < 200; i++) {
    promises.push(channel.publish(String(i)));
    if (i % 20 === 0) {
      await promises.at(-5);
      proxy.cut();
    }
  }
  const answers = await within(20_000, 'all acknowledged', Promise.all(promises));
  assert.deepEqual(await hub.all('unsent'), Array.from({ length: 200 }, (_, i) => String(i)));
  assert.equal(new Set(answers.map(({ id }) => id)).size, 199);
});

/** An address at which nobody listens. */
async function nowhere() {
  const proxy = await HostileProxy.start(hub.url);
  proxy.stop();
  return proxy.url;
}

test('refuses to keep more than it was told to', async () => {
  const sluice = connect({ unsentBytesMax: 5_000 }, await nowhere());
  const kept = sluice.channel('full').publish('x'.repeat(2_000));
  await assert.rejects(sluice.channel('full').publish('x'.repeat(2_000)), /Too much is unsent/);
  sluice.close();
  await assert.rejects(kept, /Closed/);
});

test('says when it tries again, and gives up as it was told to', async () => {
  const sluice = connect({ answerMs: 300, backoff: { first: 20, factor: 2, jitter: 0, tries: 3 } }, await nowhere());
  const pauses = [];
  sluice.on('state', ({ state, at }) => state === 'waiting' && pauses.push(at - Date.now()));
  const channel = sluice.channel('nobody').on('message', () => {});
  const { reason, error } = await stateOf(sluice, 'stopped');
  assert.match(reason, /Given up after 3 tries/);
  assert.equal(pauses.length, 3);
  assert.ok(pauses[2] > pauses[0] * 3, `${pauses}`);
  await assert.rejects((async () => { for await (const event of channel) assert.fail(event); })(), error);
});

/** Through this proxy, so that all that was under way there before has had its time. */
async function servedOverSse(proxy) {
  await opened(connect({ transports: ['sse'] }, proxy.url), 'served');
}

for (const when of ['connecting', 'open', 'waiting']) {
  test(`stays closed where somebody closes it on hearing that it is ${when}`, async () => {
    const proxy = await proxied({ webSocket: false });
    const sluice = connect({ betterMs: 10, backoff: { first: 1, max: 1 } }, proxy.url);
    sluice.on('state', ({ state }) => {
      if (state === when) sluice.close();
      else if (state === 'open') proxy.cut();
    });
    sluice.channel('closed').on('message', () => {});
    await stateOf(sluice, 'stopped');
    const { refused } = proxy.met;
    await servedOverSse(proxy);
    assert.equal(sluice.state.state, 'stopped');
    assert.equal(proxy.met.refused, refused);
  });
}

test('has one line where somebody tries again on hearing that it waits', async () => {
  const proxy = await proxied();
  const sluice = connect({ backoff: { first: 1, max: 1 } }, proxy.url);
  sluice.on('state', ({ state }) => state === 'waiting' && sluice.retry());
  await opened(sluice, 'again');
  proxy.cut();
  await stateOf(sluice, 'open');
  await servedOverSse(proxy);
  assert.equal(proxy.upgrades, 2);
});

for (const transport of TRANSPORTS) {
  test(`asks again for a token where that failed, over ${transport}`, async () => {
    let asked = 0;
    const getToken = () => {
      if (++asked === 1) throw new Error('Not yet.');
    };
    await opened(connect({ transports: [transport], getToken }), 'token');
    assert.ok(asked > 1);
  });

  test(`stays closed where it is closed while a token is asked for, over ${transport}`, async () => {
    const proxy = await proxied();
    const sluice = connect({ transports: [transport], getToken: () => sluice.close() }, proxy.url);
    sluice.channel('closed').on('message', () => {});
    await stateOf(sluice, 'stopped');
    await servedOverSse(proxy);
    assert.equal(sluice.state.state, 'stopped');
  });
}

test('waits longer each time for a better transport that says welcome and then nothing', async t => {
  const proxy = await proxied();
  const sluice = connect({ transports: ['websocket', 'sse'], betterMs: 3_000 }, proxy.url);
  const timers = t.mock.method(globalThis, 'setTimeout').mock;
  sluice.on('state', ({ state, transport }) => state === 'open' && transport === 'websocket' && proxy.swallow());
  sluice.channel('mute').on('message', () => {});
  for (const ms of [3_000, 6_000]) { // No other timer here takes so long.
    await first(sluice, 'state', ({ state, transport }) => state === 'open' && transport === 'sse');
    assert.ok(timers.calls.some(({ arguments: [, delay] }) => delay >= ms && delay <= ms * 1.25), `${ms} ms are waited`);
  }
});

test('passes on what is wrong with its options', () => {
  assert.throws(() => new Sluice('http://127.0.0.1/', { shared: true }), /shared/);
  assert.throws(() => connect().channel('a', { lats: 3 }), /lats/);
});

test('serves more channels than a session has room for', { timeout: 120_000 }, async () => {
  const sluice = connect({ heartbeat: 5, answerMs: 10_000, waitSeconds: 5 });
  const names = Array.from({ length: 300 }, (_, i) => `crowd/${i}`);
  const collector = new EventCollector();
  const channels = names.map(name => sluice.channel(name).on('message', ({ data }) => collector.put(data)));
  await Promise.all(channels.map(channel => first(channel, 'open')));
  const lines = names.map(channel => `${JSON.stringify({ channel, data: channel })}\n`).join('');
  await fetch(`${hub.url}channels`, { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body: lines });
  await collector.holding(300);
  assert.deepEqual(collector.data.toSorted(), names.toSorted());
  channels.at(-1).close();
  await hub.publish(names.at(-1), 'unheard');
  await hub.publish(names.at(-2), 'heard');
  await collector.showing('heard');
  assert.equal(collector.data.length, 301);
});

test('polls what does not fit into its streams', async () => {
  const sluice = connect({ transports: ['ndjson'] });
  const names = ['1', '2', '3', '4', '5', '6'].map(name => `streams/${name}`);
  for (const name of names) await hub.publish(name, 'old');
  const collectors = names.map(name => new EventCollector(sluice.channel(name, { last: 1 })));
  for (const collector of collectors) await collector.showing('old');
  for (const name of names) await hub.publish(name, 'new');
  for (const collector of collectors) assert.deepEqual(await collector.holding(2), ['old', 'new']);
});
