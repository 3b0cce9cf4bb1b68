/** Tokens, with a real hub that asks for them. */
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Sluice } from '../src/sluice.js';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';
import { EventCollector, first, stateOf } from './waiting.mjs';

/** A long poll ends soon, and a token soon, too: as the hub has it, in whole seconds. */
const QUICK = { waitSeconds: 1, pollMs: 100, backoff: { first: 20, max: 100 } };
const LIFETIME_S = 6;

/** Longer than it takes to connect on a busy machine. */
const LONGER_S = 10;
const RENEWALS = 2;

/** Between two events: a hundred come before each renewal, and leave the processors to other tests. */
const PACE_MS = process.env.SLUICE_LONG === '1' ? 0 : 30;

const secret = randomBytes(32).toString('hex');
const toClose = [];
let folder;
let hub;

/**
 * A token for a user, signed as an application does it.
 *
 * @param claims others than `sub` and `exp`
 */
function token(sub, seconds = 600, claims = {}) {
  const encoded = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + seconds;
  const signed = `${encoded({ alg: 'HS256', kid: 'app' })}.${encoded({ sub, exp, ...claims })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-access-'));
  await writeFile(join(folder, 'secret'), secret, { mode: 0o600 });
  await writeFile(join(folder, 'sluice.toml'), `
    key = [{ kid = "app", algorithm = "HS256", secret_file = "${join(folder, 'secret')}" }]
    grant = [
      { to = "anyone", subscribe = ["news"] },
      { to = "authenticated", subscribe = ["rooms/{sub}/*"], publish = ["rooms/{sub}/*"] },
    ]
  `);
  hub = await TestHub.start({ config: join(folder, 'sluice.toml') });
});

after(async () => {
  for (const each of toClose) (each.close ?? each.stop).call(each);
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a token', { concurrency: true }, () => {
  for (const transport of ['websocket', 'sse', 'ndjson', 'longpoll', 'poll']) {
    test(`lets its user in, over ${transport}`, async () => {
      const sluice = new Sluice(hub.url, { transports: [transport], getToken: () => token('alice') });
      toClose.push(sluice);
      const room = sluice.channel(`rooms/alice/${transport}`);
      const heard = new EventCollector(room);
      await first(room, 'open');
      await room.publish('hello');
      assert.deepEqual(await heard.showing('hello'), ['hello']);
    });

    test(`is not needed for what anybody may read, over ${transport}`, async () => {
      const sluice = new Sluice(hub.url, { transports: [transport] });
      toClose.push(sluice);
      await first(sluice.channel('news'), 'open');
    });

    test(`that is refused stops the client with the hub's reason, over ${transport} alone`, async () => {
      const proxy = await HostileProxy.start(hub.url);
      toClose.push(proxy);
      // A client that waits for less asks twice on a busy machine.
      const sluice = new Sluice(proxy.url, { ...QUICK, answerMs: 60_000, transports: [transport], getToken: () => 'nonsense' });
      toClose.push(sluice);
      const errors = [];
      const publishing = sluice.channel('rooms/alice/x').publish('x').catch(error => errors.push(error));
      const { error } = await stateOf(sluice, 'stopped');
      assert.deepEqual([error.status, error.problem.type], [401, '/problems/bad-token']);
      await publishing;
      assert.equal(errors[0].status, 401);
      if (transport === 'websocket') assert.deepEqual([proxy.upgrades, proxy.requests], [1, 0]);
    });
  }
});

/** Streams without a session end up to half a minute after their token: TokenRenewalTest has them, with a clock of its own. */
describe('renewals', { concurrency: true }, () => {
  for (const transport of ['websocket', 'sse', 'longpoll', 'poll']) {
    test(`lose and repeat nothing, over ${transport}`, { timeout: 120_000 }, async () => {
      let tokens = 0;
      const getToken = () => {
        tokens++;
        return token('alice', LIFETIME_S);
      };
      const sluice = new Sluice(hub.url, { ...QUICK, transports: [transport], getToken });
      toClose.push(sluice);
      const states = [];
      sluice.on('state', ({ state, reason }) => states.push(reason ? `${state}: ${reason}` : state));
      sluice.on('error', ({ message }) => states.push(message));
      const name = `rooms/alice/renewed-${transport}`;
      const publisher = new Sluice(hub.url, { transports: ['poll'], getToken: () => token('alice') });
      toClose.push(publisher);
      const room = sluice.channel(name, { after: 'earliest' });
      room.on('error', ({ message }) => states.push(message));
      const heard = new EventCollector(room);
      const endMs = performance.now() + RENEWALS * LIFETIME_S * 1_000;
      let sent = 0;
      while (performance.now() < endMs) { // One after the other, so each renewal has events around it.
        await publisher.channel(name).publish(`${++sent}`);
        await heard.showing(`${sent}`);
        await pause(PACE_MS);
      }
      assert.deepEqual(states, ['connecting', 'open']);
      await room.publish('own'); // Also where a busy machine is late with the next token.
      await heard.showing('own');
      assert.deepEqual(heard.data, [...Array.from({ length: sent }, (_, i) => `${i + 1}`), 'own']);
      assert.ok(tokens > RENEWALS, `${tokens} tokens`);
    });
  }

  for (const transport of ['websocket', 'sse']) {
    test(`that come late lose no channel, over ${transport}`, { timeout: 120_000 }, async () => {
      const ending = token('alice', LONGER_S);
      const endMs = JSON.parse(Buffer.from(ending.split('.')[1], 'base64url')).exp * 1_000;
      const getToken = () => (Date.now() < endMs ? ending : token('alice')); // No next one in time.
      const sluice = new Sluice(hub.url, { ...QUICK, transports: [transport], getToken });
      toClose.push(sluice);
      await first(sluice.channel('news'), 'open');
      const url = `${hub.url}channels/rooms/alice/late-${transport}`;
      const headers = { Authorization: `Bearer ${ending}` };
      while ((await fetch(url, { method: 'HEAD', headers })).status !== 401) await pause(100);
      const room = sluice.channel(`rooms/alice/late-${transport}`, { after: 'earliest' });
      const heard = new EventCollector(room);
      const ended = new Promise((_, reject) => room.on('error', reject));
      await Promise.race([ended, room.publish('here').then(() => heard.showing('here'))]);
    });

    test(`end just the channels that the next token does not permit, over ${transport}`, async () => {
      const [kept, lost] = [`rooms/bob/kept-${transport}`, `private/${transport}`];
      let isFirst = true;
      const getToken = () => {
        const claims = isFirst ? { sluice: { subscribe: [lost] } } : {};
        return token('bob', LONGER_S, claims);
      };
      const sluice = new Sluice(hub.url, { ...QUICK, transports: [transport], getToken });
      toClose.push(sluice);
      const errors = [];
      sluice.on('error', error => errors.push(error));
      const channel = sluice.channel(lost);
      const refusal = first(channel, 'error');
      const heard = new EventCollector(sluice.channel(kept, { after: 'earliest' }));
      await first(channel, 'open');
      isFirst = false;
      assert.equal((await refusal).problem.type, '/problems/revoked');
      await sluice.channel(kept).publish('still here');
      assert.deepEqual(await heard.showing('still here'), ['still here']);
      assert.deepEqual(errors, []);
      assert.equal(sluice.state.state, 'open');
    });
  }
});
