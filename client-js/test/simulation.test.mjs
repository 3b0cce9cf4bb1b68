/**
 * The client in hostile places, by schedules that are drawn: pages that are busy or frozen at any step of a reconnect, connections
 * each of whose directions is held back or dead, portals, several leaders; no event lost without a gap, none twice, nobody
 * stuck once it is over. `simulation/game.mjs` is the file to read first. SLUICE_SEED=N plays one game, SLUICE_SEEDS=N the same ones again.
 */
import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { load } from './simulation/client-code.mjs';
import { play } from './simulation/game.mjs';

const IS_LONG = process.env.SLUICE_LONG === '1';
const GAMES = IS_LONG ? 2_000 : Infinity;
const FOR_MS = IS_LONG ? Infinity : 3_000;
const SEEDS = Number(BigInt(process.env.SLUICE_SEEDS || Date.now()) % 2n ** 32n);

/** A game in which the client does wrong is found among so many. */
const TRIES_MAX = 100;

let client;

before(async () => {
  client = await load();
});

test('loses nothing, repeats nothing and is never stuck, wherever it is', async t => {
  const { SLUICE_SEED: seed } = process.env;
  if (seed) return void (await play(client, Number(seed)));
  t.diagnostic(`seeds from ${SEEDS}`);
  const sums = { games: 0 };
  for (const endMs = performance.now() + FOR_MS; sums.games < GAMES && performance.now() < endMs; sums.games++) {
    const { counts } = await play(client, SEEDS + sums.games);
    for (const what in counts) sums[what] = (sums[what] ?? 0) + counts[what];
  }
  t.diagnostic(JSON.stringify(sums));
  const { games, gaps, ...others } = sums; // A hub forgets in few games.
  for (const [what, sum] of Object.entries(others)) assert.ok(sum > 0, `no ${what} in ${games} games`);
  if (IS_LONG) assert.ok(gaps > 0);
});

test('plays the same game by the same seed', async () => {
  const [one, other] = [await play(client, SEEDS), await play(client, SEEDS)];
  assert.deepEqual(other.trace, one.trace);
});

/** Mends taken back, each by the file in which it is: what the simulation has to find, and where. */
const UNDONE = {
  'a heartbeat before the welcome moved places': [/lost \d+ events/, { isShared: false, transports: ['websocket'] }, {
    'ear.js': [["if (this.signal.aborted || !(this.isWelcome || op === 'welcome' || op === 'drain')) return;", 'if (this.signal.aborted) return;']],
    'conversation.js': [['for (const [ref, asker] of this.#askers) {', 'for (const asker of this.#subscriptions) {\nconst { ref } = asker;']],
  }],
  'a second leader was followed and not asked': [/is stuck/, { isShared: true, transports: ['websocket'] }, {
    'tabs.js': [
      ['if (hadLeader) this.#connection.restart();\n    else if (this.#line)', 'if (!hadLeader && this.#line)'],
      ['if (who) this.#post', 'if (who) this.#greet(from);\nif (who) this.#post'],
    ],
  }],
  'what is not answered were never followed by a ping': [/is stuck|of which nobody says/, { isShared: false, transports: ['websocket'] }, {
    'conversation.js': [['if (restMs <= 0) this.#line.ping();', '']],
  }],
  'any answer to a POST were good': [/out of order|of which nobody says/, { isShared: false, transports: ['sse'] }, {
    'event-stream-line.js': [['answer.status !== 204', 'false']],
  }],
};

for (const [what, [expected, setting, undo]] of Object.entries(UNDONE)) {
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
