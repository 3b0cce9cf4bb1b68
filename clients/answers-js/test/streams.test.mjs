/** Streams of answers, by a clock of the test. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { asStream, eventStream, joined } from '../src/streams.js';

const KEEP_ALIVE_MS = 15_000;

async function* failing(...messages) {
  yield* messages;
  throw new Error('refused');
}

test('keeps a silent response alive', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const reader = eventStream((async function* () { await new Promise(() => {}); })(), {}, () => {}).body.getReader();
  const read = reader.read();
  t.mock.timers.tick(KEEP_ALIVE_MS);
  assert.equal(new TextDecoder().decode((await read).value), ': \n\n');
  await reader.cancel();
  t.mock.timers.tick(KEEP_ALIVE_MS);
});

test('ends its keep-alive when its source fails', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  await assert.rejects(eventStream(failing({ data: 1 }), {}, () => {}).text(), /refused/);
  t.mock.timers.tick(KEEP_ALIVE_MS); // Throws what the callback of a timer throws.
});

test('reports a source that fails to stop to whoever stops it', async () => {
  const reader = asStream((async function* () {
    try {
      yield 1;
    } finally {
      throw new Error('not closed');
    }
  })()).getReader();
  await reader.read();
  await assert.rejects(reader.cancel(), /not closed/);
});

test('passes on what came before a source failed', async () => {
  const chunks = joined(failing({ type: 'text', id: 1, delta: 'a' }, { type: 'text', id: 1, delta: 'b' }), { text: ['delta', 'id'] });
  assert.equal((await chunks.next()).value.delta, 'ab');
  await assert.rejects(chunks.next(), /refused/);
});
