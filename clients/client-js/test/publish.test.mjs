/** What a publish stores, or why it is rejected, with a real hub. */
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import vm from 'node:vm';
import { Sluice } from '../src/sluice.js';
import { TestHub } from './hub.mjs';
import { EventCollector, within } from './waiting.mjs';

const TRANSPORTS = ['websocket', 'sse', 'poll']; // Those without a session publish alike.

let hub;
const open = [];

before(async () => {
  hub = await TestHub.start();
});

after(async () => {
  open.forEach(sluice => sluice.close());
  await hub?.stop();
});

function connect(options) {
  const sluice = new Sluice(hub.url, { pollMs: 100, ...options });
  open.push(sluice);
  return sluice;
}

const inAnotherRealm = code => vm.runInNewContext(code);

/** What is published, as its readers get it: the data, and the content type of bytes. */
const STORED = {
  'a buffer': [new Uint8Array([1, 2]).buffer, [1, 2]],
  'a buffer of another realm': [inAnotherRealm('new Uint8Array([1, 2]).buffer'), [1, 2]],
  'a shared buffer': [new SharedArrayBuffer(2), [0, 0]],
  'a part of a buffer': [new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2), [2, 3]],
  'a view of another realm': [inAnotherRealm('new Int16Array([1, -1])'), [1, 0, 255, 255]],
  'text that escapes would make too long': ['\x1b'.repeat(400_000), '\x1b'.repeat(400_000)],
  'text of a content type': ['# ü', '# ü', 'text/markdown'],
  'text that is said to be JSON': ['{"a":1}', { a: 1 }, 'application/json'],
  'JSON of another content type': [{ a: 1 }, [...Buffer.from('{"a":1}')], 'application/x-own'],
  'a member that is missing anyway': [{ a: 1, b: undefined }, { a: 1 }],
  'what says itself how it becomes JSON': [{ at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
  'JSON of another realm': [inAnotherRealm('({ a: [1, null, true, "x"] })'), { a: [1, null, true, 'x'] }],
};

for (const transport of TRANSPORTS) {
  test(`stores what it is given, over ${transport}`, async () => {
    const channel = connect({ transports: [transport] }).channel(`stored/${transport}`, { after: 'earliest' });
    const collector = new EventCollector(channel);
    for (const [data, , contentType] of Object.values(STORED)) await channel.publish(data, { contentType });
    await collector.holding(Object.keys(STORED).length);
    for (const [i, [what, [, expected]]] of Object.entries(STORED).entries()) {
      const data = collector.data[i];
      assert.deepEqual(data instanceof Uint8Array ? [...data] : data, expected, what);
    }
  });
}

for (const transport of TRANSPORTS) {
  test(`rejects what is too long for the hub at once, and nothing else, over ${transport}`, async () => {
    const sluice = connect({ transports: [transport] });
    const channel = sluice.channel(`long/${transport}`, { after: 'earliest' });
    const collector = new EventCollector(channel);
    await channel.publish('first');
    const states = [];
    sluice.on('state', ({ state }) => states.push(state));
    const [message, event, next] = ['x'.repeat(2_120_000), 'x'.repeat(1_500_000), 'next'].map(data => channel.publish(data));
    await assert.rejects(within(10_000, 'an answer', message), error => error.status === 413 && !error.mayHaveArrived);
    await assert.rejects(within(10_000, 'an answer', event), error => error.status === 413 && !error.mayHaveArrived);
    await next;
    assert.deepEqual(await collector.holding(2), ['first', 'next']);
    assert.deepEqual(states, []);
  });
}

test('stores data as it was when it was given', async () => {
  const channel = connect().channel('copied', { after: 'earliest' });
  const collector = new EventCollector(channel);
  const data = { text: 'before', parts: [1] };
  const publishing = channel.publish(data);
  data.text = 'after';
  data.parts.push(2);
  await publishing;
  assert.deepEqual(await collector.holding(1), [{ text: 'before', parts: [1] }]);
});

describe('rejects what its readers would not get', () => {
  const lost = {
    nothing: undefined,
    'a function': () => {},
    'a symbol': Symbol('x'),
    'no number': NaN,
    'an infinite number': { a: [Infinity] },
    'no date': [new Date(NaN)],
    'a large integer': 1n,
    'a map': new Map([[1, 2]]),
    'a set in an object': { a: new Set([1]) },
    'a blob': new Blob(['x']),
    'bytes in an object': { a: new Uint8Array(2) },
    'a promise': Promise.resolve('x'),
    'an error': new Error('x'),
    'a hole in an array': { a: [1, , 2] }, // eslint-disable-line no-sparse-arrays
    'a method': { a() {} },
    'a map of another realm': inAnotherRealm('new Map()'),
    'half a character': 'x\ud83d',
  };
  for (const [what, data] of Object.entries(lost)) {
    test(what, () => assert.rejects(connect().channel('lost').publish(data), TypeError));
  }

  for (const name of ['contentType', 'idempotencyKey', 'ifMatch']) {
    test(`an option that no header takes: ${name}`, async () => {
      for (const value of ['ключ', 'a\nb']) {
        const publishing = connect({ transports: ['poll'] }).channel('lost').publish('x', { [name]: value });
        await assert.rejects(within(5_000, 'an answer', publishing), TypeError);
      }
    });
  }

  test('an option that there is not', () => assert.rejects(connect().channel('lost').publish('x', { ifmatch: '1' }), /ifmatch/));
});
