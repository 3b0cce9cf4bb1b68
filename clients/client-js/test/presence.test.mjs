/** Presence, with a real hub. */
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Sluice } from '../src/sluice.js';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';
import { EventCollector, first } from './waiting.mjs';

const QUICK = { heartbeat: 1, answerMs: 2_000, pollMs: 100, waitSeconds: 1, backoff: { first: 50, max: 200 } };

let hub;
const toClose = [];

before(async () => {
  // Longer than a reconnect takes on a machine that is busy with other tests.
  hub = await TestHub.start({ settings: ['subscribe.presence_linger=10s'] });
});

after(async () => {
  for (const each of toClose.reverse()) await (each.close ?? each.stop).call(each);
  await hub?.stop();
});

function connect(url, options) {
  const sluice = new Sluice(url, { ...QUICK, ...options });
  toClose.push(sluice);
  return sluice;
}

async function join(channel, client, options, url = hub.url) {
  const sluice = connect(url, { ...options, client });
  await first(sluice.channel(channel, { join: true }), 'open');
  return sluice;
}

async function proxied() {
  const proxy = await HostileProxy.start(hub.url);
  toClose.push(proxy);
  return proxy;
}

function names(members) {
  return members.map(({ client }) => client).sort().join();
}

/** The lists that a page is told of, one after the other. */
async function watch(channel, options, url = hub.url) {
  const lists = new EventCollector();
  await connect(url, options).channel(channel).presence(members => lists.put(names(members)));
  return lists;
}

describe('presence', { concurrency: true }, () => {
  for (const transport of ['websocket', 'sse', 'ndjson', 'longpoll', 'poll']) {
    const watching = { transports: [transport] };
    const joining = transport === 'poll' ? {} : watching; // Between two polls no member is present.

    test(`lists who joins and who leaves, over ${transport}`, async () => {
      const name = `room/${transport}`;
      const lists = await watch(name, watching);
      await lists.showing('');
      const alice = await join(name, 'alice', joining);
      await lists.showing('alice');
      const bob = await join(name, 'bob', joining);
      await lists.showing('alice,bob');
      assert.equal(names(await bob.channel(name).presence()), 'alice,bob');
      alice.close();
      await lists.showing('bob');
      assert.equal(names(await bob.channel(name).presence()), 'bob');
    });

    test(`tells of nobody who comes back soon, and of who stays away, over ${transport}`, async () => {
      const name = `back/${transport}`;
      const lists = await watch(name, watching);
      const proxy = await proxied();
      await join(name, 'bob', joining, proxy.url);
      const carol = await join(name, 'carol', joining);
      await lists.showing('bob,carol');
      const soFar = lists.data.length;
      proxy.cut();
      carol.close(); // A member that leaves during a cut is reported after it.
      await lists.showing('bob');
      await join(name, 'dave', joining);
      await lists.showing('bob,dave');
      assert.deepEqual(lists.data.slice(soFar), ['bob', 'bob,dave']);
      proxy.isAway = true;
      proxy.cut();
      await lists.showing('dave');
      proxy.isAway = false;
      await lists.showing('bob,dave');
    });

    test(`knows what happened while its own line was down, over ${transport}`, async () => {
      const name = `away/${transport}`;
      const proxy = await proxied();
      const lists = await watch(name, watching, proxy.url);
      const alice = await join(name, 'alice', joining);
      await lists.showing('alice');
      proxy.isAway = true;
      proxy.cut();
      await join(name, 'bob', joining);
      alice.close();
      await hub.left(name, 'alice');
      proxy.isAway = false;
      await lists.showing('bob');
    });
  }
});

test('tells of members among the events, where that is asked for', async () => {
  const channel = connect(hub.url, { client: 'erin' }).channel('told', { join: true, presence: true });
  const joined = first(channel, 'presence', ({ key }) => key === 'erin');
  assert.deepEqual((await joined).data, { client: 'erin' });
});
