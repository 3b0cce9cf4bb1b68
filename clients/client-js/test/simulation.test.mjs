/**
 * The client under random faults: pages that are busy or frozen at any step of a reconnect, connections of which one direction
 * or both are delayed or dead, captive portals, several leaders. No event is lost without a gap, none is received twice, and no
 * page is stuck afterwards. Read `simulation/game.mjs` first. SLUICE_SEED=N plays one game, SLUICE_SEEDS=N repeats a run.
 */
import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { load } from './simulation/client-code.mjs';
import { play } from './simulation/game.mjs';

const IS_LONG = process.env.SLUICE_LONG === '1';
const GAMES = IS_LONG ? 2_000 : Infinity;
const FOR_MS = IS_LONG ? Infinity : 3_000;
const SEEDS = Number(BigInt(process.env.SLUICE_SEEDS || Date.now()) % 2n ** 32n);

/** One of so many games finds a reverted fix. */
const TRIES_MAX = 100;

let client;

before(async () => {
  client = await load();
});

test('loses nothing, repeats nothing and is never stuck under random faults', async t => {
  const { SLUICE_SEED: seed } = process.env;
  if (seed) return void (await play(client, Number(seed)));
  t.diagnostic(`seeds from ${SEEDS}`);
  const sums = { games: 0 };
  for (const endMs = performance.now() + FOR_MS; sums.games < GAMES && performance.now() < endMs; sums.games++) {
    const { counts } = await play(client, SEEDS + sums.games);
    for (const what in counts) sums[what] = (sums[what] ?? 0) + counts[what];
  }
  t.diagnostic(JSON.stringify(sums));
  const { games, gaps, renewals, ...others } = sums; // The hub trims in few games, and a busy machine plays few.
  for (const [what, sum] of Object.entries(others)) assert.ok(sum > 0, `no ${what} in ${games} games`);
  if (IS_LONG) assert.ok(gaps > 0 && renewals > 0);
});

test('plays the same game by the same seed', async () => {
  const [one, other] = [await play(client, SEEDS), await play(client, SEEDS)];
  assert.deepEqual(other.trace, one.trace);
});

/** Fixes that are reverted, by their files: the failure that the simulation must find, and the setting in which it does. */
const REVERTED_FIXES = {
  'a heartbeat before the welcome moved cursors': [/lost \d+ events/, { isShared: false, transports: ['websocket'] }, {
    'transport-listener.js': [["if (this.signal.aborted || !(this.isWelcome || op === 'welcome' || op === 'drain')) return;", 'if (this.signal.aborted) return;']],
    'session.js': [['for (const [ref, request] of this.#requests) {', 'for (const request of this.#subscriptions) {\nconst { ref } = request;']],
  }],
  'a follower did not repeat its requests with a new leader': [/is stuck/, { isShared: true, transports: ['websocket'] }, {
    'tabs.js': [
      ['if (hadLeader) this.#connection.restart();\n    else if (this.#transport)', 'if (!hadLeader && this.#transport)'],
      ['if (who) this.#post', 'if (who) this.#addFollower(from);\nif (who) this.#post'],
    ],
  }],
  'a request without an answer were not followed by a ping': [/is stuck|of which nobody says/, { isShared: false, transports: ['websocket'] }, {
    'session.js': [['if (restMs <= 0) this.#transport.ping();', '']],
  }],
  'any answer to a POST were accepted': [/out of order|of which nobody says/, { isShared: false, transports: ['sse'] }, {
    'event-stream-transport.js': [['answer.status !== 204', 'false']],
  }],
};

for (const [what, [expected, setting, undo]] of Object.entries(REVERTED_FIXES)) {
  test(`would notice if ${what}`, async t => {
    const undone = await load(undo);
    for (let seed = 1; seed <= TRIES_MAX; seed++) {
      try {
        await play(undone, seed, setting);
      } catch (error) {
        if (!expected.test(error.message)) continue;
        t.diagnostic(error.message);
        return;
      }
    }
    assert.fail(`not noticed in ${TRIES_MAX} games`);
  });
}
