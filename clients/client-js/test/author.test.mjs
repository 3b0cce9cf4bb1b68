/** An answer's author: each piece once and in order through cuts and restarts, one end, and a stop that comes at once. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { Pace } from '../src/pace.js';
import { Sluice } from '../src/sluice.js';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';
import { EventCollector, first, within } from './waiting.mjs';

const QUICK = { backoff: { first: 20, max: 200 }, answerMs: 5_000, heartbeat: 1 };
const SOON_MS = 60_000;

let folder;
let hub;
let proxy;
const open = [];

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-author-`);
  hub = await TestHub.start({ folder });
  proxy = await HostileProxy.start(hub.url);
});

after(async () => {
  open.forEach(sluice => sluice.close());
  proxy?.stop();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

function connect(url = hub.url, options = {}) {
  const sluice = new Sluice(url, { ...QUICK, ...options });
  open.push(sluice);
  return sluice;
}

async function events(name) {
  return (await (await fetch(`${hub.url}channels/${name}?after=earliest&limit=1000`)).json()).events.map(({ type, data }) => [type, data]);
}

function aborted({ signal }) {
  return signal.aborted ? Promise.resolve() : within(SOON_MS, 'the abort', once(signal, 'abort'));
}

test('writes a start, the pieces, and one end', async () => {
  const author = connect().author('answers/1', { start: { format: 'text' } });
  author.append('Once ');
  await author.append({ upon: 1 }, { type: 'piece', key: 'k' });
  await author.done({ outputTokens: 2 });
  assert.deepEqual(await events('answers/1'), [
    ['start', { format: 'text' }], ['message', 'Once '], ['piece', { upon: 1 }], ['end', { status: 'done', usage: { outputTokens: 2 } }],
  ]);
  assert.equal(author.signal.aborted, false);
  await assert.rejects(author.append('late'), /has ended/);
  await assert.rejects(author.fail('late'), /has ended/);
  assert.equal(await connect().stop('answers/1'), false);
});

test('says why it failed', async () => {
  const author = connect().author('answers/2');
  author.append('half');
  await author.fail('overloaded', 'The model is overloaded.');
  assert.deepEqual((await events('answers/2')).at(-1), ['end', { status: 'failed', reason: 'overloaded', message: 'The model is overloaded.' }]);
});

test('learns at once who stopped it, before its first piece too', async () => {
  const author = connect().author('answers/3');
  await author.opened;
  assert.equal(await connect().stop('answers/3', { by: 'ada' }), true);
  await aborted(author);
  assert.deepEqual(author.signal.reason.end, { status: 'stopped', by: 'ada' });
  assert.match(author.signal.reason.message, /stopped by ada/);
  await assert.rejects(author.append('late'), ({ status }) => status === 409);
  await assert.rejects(author.done(), ({ end }) => end.by === 'ada');
  assert.deepEqual((await events('answers/3')).map(([type]) => type), ['start', 'end']);
});

test('learns of an end without a reason, and of a deletion', async () => {
  const authors = ['answers/4', 'answers/5'].map(name => connect().author(name));
  await Promise.all(authors.map(author => author.opened));
  await fetch(`${hub.url}channels/answers/4?close=true`, { method: 'POST' });
  await fetch(`${hub.url}channels/answers/5`, { method: 'DELETE' });
  await Promise.all(authors.map(aborted));
  assert.equal(authors[0].signal.reason.end, undefined);
  assert.equal(authors[1].signal.reason.end.reason, 'deleted');
});

test('learns of a stop by its next piece, if its subscription is cut', async () => {
  const noWebSockets = await HostileProxy.start(hub.url, { webSocket: false });
  const author = connect(noWebSockets.url, { transports: ['websocket'] }).author('answers/6');
  await author.opened;
  await connect().stop('answers/6', { by: 'ada' });
  assert.equal(author.signal.aborted, false);
  await assert.rejects(author.append('late'), ({ end }) => end.by === 'ada');
  noWebSockets.stop();
});

test('learns once of a stop while its connection was cut, which its client\'s state shows', async () => {
  const sluice = connect(proxy.url);
  const author = sluice.author('answers/20');
  let stops = 0;
  author.signal.addEventListener('abort', () => stops++);
  await author.append('some');
  const away = new Promise(resolve => sluice.on('state', ({ state }) => state === 'connecting' && resolve()));
  proxy.isAway = true;
  proxy.cut();
  await within(SOON_MS, 'the state', away);
  await connect().stop('answers/20', { by: 'ada' });
  assert.equal(author.signal.aborted, false);
  proxy.isAway = false;
  await aborted(author);
  assert.deepEqual([stops, author.signal.reason.end.by], [1, 'ada']);
});

test('ends once, however many end it', async () => {
  for (let i = 0; i < 30; i++) {
    const name = `races/${i}`;
    const author = connect().author(name);
    await author.opened;
    const results = await Promise.allSettled([author.done(), connect().stop(name, { by: 'ada' }), connect().stop(name, { by: 'bob' })]);
    const won = results.filter(({ status, value }) => status === 'fulfilled' && value !== false);
    assert.equal(won.length, 1, name);
    assert.equal((await events(name)).filter(([type]) => type === 'end').length, 1);
  }
});

test('refuses a channel that has events', async () => {
  await hub.publish('answers/7', 'old');
  const author = connect().author('answers/7');
  await assert.rejects(author.opened, ({ status }) => status === 412);
  await assert.rejects(author.append('x'), ({ status }) => status === 412);
  await assert.rejects(author.done(), ({ status }) => status === 412);
});

test('ends as failed if a piece is refused', async () => {
  const author = connect().author('answers/12');
  await author.append('half');
  await assert.rejects(author.append('x'.repeat(1_500_000)), ({ status }) => status === 413);
  await assert.rejects(author.done(), ({ status }) => status === 413);
  const [, [, half], [type, { status, reason }]] = await events('answers/12');
  assert.deepEqual([half, type, status, reason], ['half', 'end', 'failed', 'too-large']);
});

test('ends as failed if its usage is refused', async () => {
  const author = connect().author('answers/18');
  await author.append('all');
  await assert.rejects(author.done('x'.repeat(1_500_000)), ({ status }) => status === 413);
  const [type, { status, reason }] = (await events('answers/18')).at(-1);
  assert.deepEqual([type, status, reason], ['end', 'failed', 'too-large']);
});

test('learns of a stop that came before its own refused piece', async () => {
  const author = connect(hub.url, { unsentBytesMax: 200 }).author('answers/19');
  await author.append('some');
  await connect().stop('answers/19', { by: 'ada' });
  await assert.rejects(author.append('x'.repeat(200)));
  await aborted(author);
  assert.equal(author.signal.reason.end.by, 'ada');
});

test('keeps its lease while it is silent, also through a restart of the hub, and gives it up with its end', async () => {
  const author = connect(proxy.url).author('answers/13', { lease: 5 });
  await author.opened;
  await hub.stop();
  await hub.start();
  proxy.cut();
  // Another lease of the same length, which nobody renews, lapses twice.
  for (const other of ['lapsed/1', 'lapsed/2']) {
    await fetch(`${hub.url}channels/${other}?lease=5`, { method: 'POST', body: 'x' });
    await within(SOON_MS, 'the end', (await fetch(`${hub.url}channels/${other}?after=earliest&as=ndjson`)).text());
  }
  await author.append('still here');
  await author.done();
  assert.deepEqual((await events('answers/13')).map(([type]) => type), ['start', 'message', 'end']);
  assert.equal((await fetch(`${hub.url}leases/answers/13?seconds=5`, { method: 'PUT' })).status, 409);
});

test('is lost once its program is dead, and readers are told', async () => {
  const program = `import { Sluice } from '${new URL('../src/sluice.js', import.meta.url)}';
    const author = new Sluice(process.argv[2]).author('answers/14', { lease: 2 });
    for (const word of ['Once ', 'upon ']) await author.append(word);
    console.log('written');
    setInterval(() => {}, 1_000);`;
  const file = `${folder}/author.mjs`;
  await writeFile(file, program);
  const writer = spawn(process.execPath, ['--experimental-websocket', '--no-warnings', file, hub.url], { stdio: ['ignore', 'pipe', 'inherit'] });
  await within(SOON_MS, 'the words', once(writer.stdout, 'data'));
  const reader = connect().channel('answers/14', { after: 'earliest' });
  const end = first(reader, 'end', () => true, SOON_MS);
  reader.on('message', () => {});
  writer.kill('SIGKILL');
  const { data } = await end;
  assert.deepEqual([data.status, data.reason], ['failed', 'lost']);
  assert.deepEqual((await events('answers/14')).map(([, each]) => each).slice(1, 3), ['Once ', 'upon ']);
});

test('learns that it is lost, if the hub has not heard of it for its lease', async () => {
  const author = connect(proxy.url).author('answers/15', { lease: 2 });
  await author.opened;
  proxy.isAway = true;
  proxy.cut();
  await within(SOON_MS, 'the end', (await fetch(`${hub.url}channels/answers/15?after=earliest&as=ndjson`)).text());
  proxy.isAway = false;
  await aborted(author);
  assert.equal(author.signal.reason.end.reason, 'lost');
  await assert.rejects(author.append('late'), ({ status }) => status === 409);
});

test('renews its lease on time after a renewal that was not answered, until its end is stored', async t => {
  let renewals = 0;
  let isBusy = false;
  const silent = createServer((request, response) => {
    if (request.method === 'PUT') renewals++;
    else response.writeHead(request.method === 'POST' && !isBusy ? 201 : 503, { 'Content-Type': 'application/json' }).end('{"id":"e-1"}');
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const author = connect(`http://127.0.0.1:${silent.address().port}/`).author('answers/17', { lease: 3 });
  await author.append('piece');
  for (let due = 1; due <= 4; due++) {
    if (due === 3) {
      isBusy = true;
      author.done().catch(() => {});
    }
    t.mock.timers.tick(1_000);
    for (let turns = 0; turns < 2_000 && renewals < due; turns++) await new Promise(setImmediate);
    assert.equal(renewals, due);
  }
  author.close();
  silent.closeAllConnections();
  silent.close();
});

test('ends as failed after the pieces that it took, if too many wait', async () => {
  const author = connect(hub.url, { unsentBytesMax: 200 }).author('answers/8');
  const taken = author.append('taken');
  for (const piece of ['x'.repeat(200), 'later']) await assert.rejects(author.append(piece), /unsentBytesMax/);
  await taken;
  await aborted(author);
  assert.match(author.signal.reason.message, /unsentBytesMax/);
  await assert.rejects(author.done(), /unsentBytesMax/);
  const { message } = author.signal.reason;
  assert.deepEqual(await events('answers/8'), [['start', {}], ['message', 'taken'], ['end', { status: 'failed', reason: 'overflow', message }]]);
});

test('goes on after a piece that is too large, if it was sent alone', async () => {
  const author = connect().author('answers/16');
  author.append('one ');
  const refused = ['x'.repeat(1_500_000), 'x'.repeat(5_000_000)].map(piece => author.append(piece, { alone: true }));
  author.append('two');
  for (const piece of refused) await assert.rejects(piece, ({ status }) => status === 413);
  await author.done();
  assert.deepEqual(await events('answers/16'), [['start', {}], ['message', 'one '], ['message', 'two'], ['end', { status: 'done' }]]);
});

test('stores each piece once and in order, while its connections are cut and its hub is killed', async () => {
  const author = connect(proxy.url).author('answers/9');
  const reader = connect();
  const collector = new EventCollector(reader.channel('answers/9', { after: 'earliest', type: ['message'] }), 'message');
  const pieces = Array.from({ length: 2_000 }, (_, i) => `${i} `);
  for (const [i, piece] of pieces.entries()) {
    const stored = author.append(piece);
    if (i % 50 === 0) await stored;
    if (i % 150 === 75) proxy.cut();
    if (i === 1_000) {
      await hub.stop();
      await hub.start();
    }
  }
  await author.done();
  assert.deepEqual(await collector.holding(pieces.length), pieces);
  assert.equal(await hub.all('answers/9').then(all => all.filter(data => typeof data === 'string').join('')), pieces.join(''));
});

test('replays at the pace of the author, with pauses of at most a second, and in order', async () => {
  const began = Date.parse('2026-11-20T08:00:00Z');
  const delivered = [];
  const over = new Promise(resolve => {
    const pace = new Pace(2, ({ data, op }) => {
      delivered.push([data ?? op, performance.now()]);
      if (op === 'closed') resolve();
    });
    for (const [data, ms] of [['a', 0], ['b', 400], ['c', 410], ['an hour later', 3_600_000]]) {
      pace.put({ op: 'event', data, time: new Date(began + ms).toISOString() });
    }
    pace.put({ op: 'closed' });
  });
  await within(SOON_MS, 'the end', over);
  assert.deepEqual(delivered.map(([data]) => data), ['a', 'b', 'c', 'an hour later', 'closed']);
  assert.ok(delivered[1][1] - delivered[0][1] >= 199, 'half of 400 ms');
});

test('goes on live after a replay at the pace of the author', async () => {
  const author = connect().author('answers/10');
  author.append('a');
  await author.append('b');
  const channel = connect().channel('answers/10', { after: 'earliest', pace: 1, type: ['message'] });
  const collector = new EventCollector(channel, 'message');
  const closed = first(channel, 'sluice.closed', () => true, SOON_MS);
  await collector.holding(2);
  author.append('c');
  await author.done();
  await closed;
  assert.deepEqual(collector.data, ['a', 'b', 'c']);
});

test('replays thousands of events without a pause between them as fast as it can', async () => {
  await hub.publishNumbers('answers/11', 0, 3_000);
  const collector = new EventCollector(connect().channel('answers/11', { after: 'earliest', pace: 4 }), 'message');
  assert.deepEqual(await collector.holding(3_000), Array.from({ length: 3_000 }, (_, i) => String(i)));
});
