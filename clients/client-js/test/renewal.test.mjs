/** When tokens are renewed, by a clock of the test. */
import { beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { SluiceError } from '../src/errors.js';
import { renew } from '../src/renewal.js';

const DAY_MS = 24 * 60 * 60_000;

let nowMs;
let timers;
let sent; // The messages and the times of them.
let ends; // Of the session.
let closing; // The transport's.
let listener;

beforeEach(t => {
  [nowMs, timers, sent, ends, closing] = [0, new Map(), [], [], new AbortController()];
  const { signal } = closing;
  listener = { signal, onClose: act => signal.addEventListener('abort', act), lost: failure => ends.push(failure) };
  t.mock.method(performance, 'now', () => nowMs);
  t.mock.method(globalThis, 'setTimeout', (act, ms, ...given) => {
    const timer = {};
    timers.set(timer, { act: () => act(...given), atMs: nowMs + (ms > 2 ** 31 - 1 ? 1 : ms) }); // As in browsers and Node.
    return timer;
  });
  t.mock.method(globalThis, 'clearTimeout', timer => void timers.delete(timer));
});

/** @param answer to each message that is sent */
function begin(getToken, leftMs, answer = () => ({ op: 'ok' })) {
  renew(getToken, leftMs, ({ message, handle }) => {
    sent.push({ ...message(), atMs: nowMs });
    handle(answer());
  }, listener);
}

/** Runs the timers up to this time. */
async function until(ms) {
  for (;;) {
    const [timer, next] = [...timers].sort(([, a], [, b]) => a.atMs - b.atMs)[0] ?? [];
    if (!next || next.atMs > ms) break;
    timers.delete(timer);
    nowMs = next.atMs;
    next.act();
    await new Promise(resolve => setImmediate(resolve));
  }
  nowMs = ms;
}

test('renews in the last third of the time, spread over it', async () => {
  const times = [];
  for (let i = 0; i < 200; i++) {
    [nowMs, sent] = [0, []];
    begin(() => 'next', 1_000_000);
    await until(1_000_000);
    assert.deepEqual(sent.map(({ op, token }) => [op, token]), [['refresh', 'next']]);
    times.push(sent[0].atMs);
  }
  assert.ok(Math.min(...times) >= 700_000 && Math.max(...times) <= 900_000, `${Math.min(...times)} ${Math.max(...times)}`);
  assert.ok(Math.max(...times) - Math.min(...times) > 150_000);
});

test('goes on for as long as the hub says', async () => {
  begin(() => 'next', 60_000, () => ({ op: 'ok', expiresInMs: 60_000 }));
  await until(600_000);
  assert.ok(sent.length >= 11 && sent.length <= 15, `${sent.length}`);
  for (const [i, { atMs }] of sent.entries()) assert.ok(atMs - (sent[i - 1]?.atMs ?? 0) <= 54_000);
});

for (const [what, getToken, answer] of [
  ['there is no token', () => undefined],
  ['the token cannot be had', () => Promise.reject(new Error('offline'))],
  ['the page throws', () => { throw new Error('signed out'); }],
  ['the hub does not take it', () => 'bad', () => ({ op: 'error', problem: { status: 401 }, retry: false })],
  ['the hub cannot verify it now', () => 'next', () => ({ op: 'error', problem: { status: 503 }, retry: true })],
]) {
  test(`tries again before the end, and not for ever, if ${what}`, async () => {
    const times = [];
    begin(() => {
      times.push(nowMs);
      return getToken();
    }, 600_000, answer);
    await until(2 * 600_000);
    assert.ok(times.length >= 3 && times.length <= 19, `${times.length}`); // 0.9 and 0.7 of what is left.
    assert.ok(times.at(-1) < 600_000);
    assert.ok(timers.size === 0);
    assert.deepEqual(ends, []);
  });
}

test('succeeds at the second try', async () => {
  const tokens = [undefined, 'next'];
  begin(() => tokens.shift(), 600_000, () => ({ op: 'ok', expiresInMs: 600_000 }));
  await until(600_000);
  assert.equal(sent.length, 1);
});

test('ends the session if the token is of another user', async () => {
  begin(() => 'bob', 60_000, () => ({ op: 'error', problem: { status: 403, detail: 'Another caller.' }, retry: false }));
  await until(60_000);
  assert.deepEqual(ends.map(end => [end instanceof SluiceError, end.message, end.problem]), [[true, 'Another caller.', undefined]]);
  assert.equal(sent.length, 1);
});

test('does nothing for tokens without an end, without getToken, or if there is too little time', async () => {
  begin(() => 'next', undefined);
  begin(undefined, 60_000);
  begin(() => 'next', 900);
  await until(DAY_MS);
  assert.deepEqual(sent, []);
});

test('waits with a token that lives for a year', async () => {
  begin(() => 'next', 365 * DAY_MS);
  await until(20 * DAY_MS);
  assert.deepEqual(sent, []);
  await until(25 * DAY_MS);
  assert.equal(sent.length, 1);
});

test('ends with the connection, also while it waits for a token', async () => {
  let give;
  begin(() => new Promise(resolve => (give = resolve)), 60_000);
  await until(60_000);
  begin(() => 'next', 60_000);
  closing.abort();
  give('late');
  await until(240_000);
  assert.deepEqual(sent, []);
});
