/** Tokens, with a real hub that asks for them. */
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sluice } from '../src/sluice.js';
import { TestHub } from './hub.mjs';
import { EventCollector, first } from './waiting.mjs';

const secret = randomBytes(32).toString('hex');
const toClose = [];
let folder;
let hub;

/** A token for a user, signed as an application does it. */
function token(sub) {
  const encoded = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encoded({ alg: 'HS256', kid: 'app' })}.${encoded({ sub, exp: Math.floor(Date.now() / 1_000) + 600 })}`;
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
  for (const each of toClose) each.close();
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
  }
});
