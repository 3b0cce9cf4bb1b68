/** Every piece of code in docs/client-js.md, run against a hub: the page shows the lines between @start and @end. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Sluice as Client } from '../src/sluice.js';
import { blocks, regions } from './guide.mjs';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';
import { EventCollector, first, stateOf, within } from './waiting.mjs';

let hub;
let proxy;
const open = [];

before(async () => {
  hub = await TestHub.start();
  proxy = await HostileProxy.start(hub.url);
});

after(async () => {
  open.forEach(sluice => sluice.close());
  proxy?.stop();
  await hub?.stop();
});

/** The guide's hub is the test's. */
class Sluice extends Client {
  constructor(url, options) {
    assert.equal(url, 'https://hub.example');
    super(proxy.url, { ...options, heartbeat: 1, answerMs: proxy.isAway ? 200 : 5_000 });
    open.push(this);
  }
}

function connect() {
  return new Sluice('https://hub.example');
}

/** The text that a page shows. */
function screen() {
  const collector = new EventCollector();
  return [collector, value => collector.put(value)];
}

test('shows what is run here, in both languages', async () => {
  const others = block => !block.startsWith('import') && !block.includes('share: true'); // guide-pages.test.mjs runs these.
  assert.deepEqual((await blocks('client-js.md', 'js')).filter(others).toSorted(), (await regions('guide.test.mjs')).toSorted());
  for (const language of ['js', 'html', 'http', 'toml', 'sh']) {
    assert.deepEqual(await blocks('client-js.zh-CN.md', language), await blocks('client-js.md', language));
  }
});

test('shows nothing that is no program by itself', async () => {
  const pages = ['client-js.md', 'client-js.zh-CN.md', '../clients/client-js/README.md', '../clients/client-js/README.zh-CN.md'];
  const codes = (await Promise.all(pages.map(page => blocks(page, 'js')))).flat();
  assert.ok(codes.length > 30);
  // As `node --check` does, for all of them in one process.
  const check = `for (const code of ${JSON.stringify(codes)}) new (require('node:vm').SourceTextModule)(code, { identifier: code });`;
  await promisify(execFile)('node', ['--no-warnings', '--experimental-vm-modules', '-e', check]);
});

test('begins where it is asked to', async () => {
  await hub.publish('chat/7', 'a', 'b');
  await hub.publish('chat/7?type=alarm', 'c');
  await hub.publish('prices/ACME?key=price', '1', '2');
  await hub.publish('answers/42', 'Once ', 'upon ');
  const client = connect();
  const baskets = [];
  const opened = [];
  const sluice = { channel(...asked) {
    const channel = client.channel(...asked);
    baskets.push(new EventCollector(channel));
    opened.push(first(channel, 'open'));
  } };
  // @start region="selections"
  sluice.channel('chat/7');                                           // what is to come
  sluice.channel('chat/7', { last: 20 });                             // the newest 20 first
  sluice.channel('chat/7', { after: 'earliest' });                    // all that is kept
  sluice.channel('chat/7', { since: '10m' });                         // what is not older than ten minutes
  sluice.channel('prices/*', { snapshot: true, conflate: true });     // the newest of each price
  sluice.channel(['chat/7', 'alerts/**'], { type: ['note', 'alarm'] }); // several channels, two types
  sluice.channel('answers/42', { after: 'earliest', coalesce: true }); // an AI's answer so far, in one piece
  // @end
  await Promise.all(opened);
  await hub.publish('chat/7?type=note', 'd');
  await hub.publish('prices/ACME?key=price', '3');
  await hub.publish('answers/42', 'a time');
  const expected = ['d', 'abcd', 'abcd', 'abcd', '23', 'd', 'Once upon a time'];
  for (const [i, collector] of baskets.entries()) await collector.until(data => data.join('') === expected[i], expected[i]);
});

test('hands out events by their type', async () => {
  const channel = connect().channel(['shop/**']);
  const [shown, show] = screen();
  const [warned, warn] = screen();
  const [logged, log] = screen();
  // @start region="handlers"
  channel.on('message', event => show(event.data));
  channel.on('alarm', warn);
  channel.on('*', event => log(`${event.channel} ${event.id}`));
  // @end
  await first(channel, 'open');
  const [one] = await hub.publish('shop/1', 'hello');
  const [two] = await hub.publish('shop/2?type=alarm', 'fire');
  await logged.holding(2);
  assert.deepEqual(shown.data, ['hello']);
  assert.equal(warned.data[0].data, 'fire');
  assert.deepEqual(logged.data, [`shop/1 ${one}`, `shop/2 ${two}`]);
});

test('loops', async () => {
  const [done, work] = screen();
  const [lost, startOver] = screen();
  const sluice = connect();
  const [old] = await hub.publish('jobs', 'lost');
  await fetch(`${hub.url}channels/jobs`, { method: 'DELETE' });
  await hub.publish('jobs', 'one', 'two');
  await fetch(`${hub.url}channels/jobs?close=true`, { method: 'POST', body: 'three' });
  const last = old;
  // @start region="loop"
  for await (const event of sluice.channel('jobs', { after: last })) {
    if (event.type === 'sluice.gap') await startOver(event.reason);
    else await work(event.data);
  }
  // @end
  assert.deepEqual(lost.data, ['deleted']);
  assert.deepEqual(done.data, ['one', 'two', 'three']);
});

test('goes on where it stopped on another day', async () => {
  const kept = new Map();
  const localStorage = { getItem: name => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  const [shown, show] = screen();
  const day = async sluice => {
    // @start region="another-day"
    const news = sluice.channel('news', { after: localStorage.getItem('news') ?? undefined });
    news.on('*', event => {
      show(event);
      localStorage.setItem('news', event.cursor ?? event.resume); // A gap says where it goes on.
    });
    // @end
    await first(news, 'open');
  };
  const monday = connect();
  await day(monday);
  await hub.publish('news', 'a', 'b');
  await shown.holding(2);
  monday.close();
  await hub.publish('news', 'c');
  await day(connect());
  await hub.publish('news', 'd');
  assert.deepEqual((await shown.holding(4)).map(event => event.data), ['a', 'b', 'c', 'd']);
});

test('publishes what it is given', async () => {
  const sluice = connect();
  const chat = sluice.channel('publish/1');
  const collector = new EventCollector(sluice.channel('publish/1', { after: 'earliest' }));
  // @start region="publish"
  const { id } = await chat.publish('hello');                           // text
  await chat.publish({ text: 'hello', colour: 'red' }, { type: 'note' }); // JSON
  await chat.publish(new Uint8Array([1, 2, 3]), { contentType: 'image/x-dot' });
  await sluice.channel('prices/ACME').publish(12.5, { key: 'price' });    // supersedes the one before
  // @end
  assert.match(id, /./);
  assert.deepEqual(await collector.holding(3), ['hello', { text: 'hello', colour: 'red' }, new Uint8Array([1, 2, 3])]);
  assert.equal((await hub.all('prices/ACME')).at(-1), 12.5);
});

test('knows what became of a publish', async () => {
  const [said, say] = screen();
  const send = async (chat, text, { ifMatch } = {}) => {
    // @start region="refused-publish"
    try {
      await chat.publish(text, { ifMatch });
    } catch (error) {
      if (error.status === 412) say('Somebody was quicker. Look at what they wrote.');
      else if (error.mayHaveArrived) say('This may have been sent. Look before you send it again.');
      else say(`Not sent: ${error.message}`);
    }
    // @end
  };
  const sluice = connect();
  const chat = sluice.channel('publish/2');
  const [seen] = await hub.publish('publish/2', 'first', 'quicker');
  await send(chat, 'second', { ifMatch: seen });
  await said.showing('Somebody was quicker. Look at what they wrote.');
  proxy.swallow();
  const sending = send(chat, 'third');
  await within(10_000, 'the end of the line', stateOf(sluice, 'connecting')); // It is sent by then.
  sluice.close();
  await sending;
  await said.showing('This may have been sent. Look before you send it again.');
  await send(chat, 'fourth');
  await said.showing('Not sent: Closed.');
});

test('says who is here', async () => {
  const [shown, show] = screen();
  const [listed, put] = screen();
  const list = names => put(names.join());
  // @start region="presence"
  const sluice = new Sluice('https://hub.example', { client: 'alice' });
  const room = sluice.channel('room/1', { join: true });

  room.on('message', event => show(event.data));
  await room.presence(members => list(members.map(member => member.client)));
  // @end
  await listed.showing('alice');
  await first(new Sluice('https://hub.example', { client: 'bob' }).channel('room/1', { join: true }), 'open');
  await listed.showing('alice,bob');
  await room.publish('hello');
  await shown.showing('hello');
});

test('says how the line is', async () => {
  const button = {};
  const [said, status] = screen();
  const sluice = connect();
  // @start region="state"
  sluice.on('state', ({ state, transport, at, reason }) => {
    if (state === 'connecting') status('connecting');
    else if (state === 'open') status(`open over ${transport}`);
    else if (state === 'waiting') status(`${reason} Next try in ${Math.ceil((at - Date.now()) / 1_000)} s.`);
    else status(`stopped: ${reason}`);
  });
  button.onclick = () => sluice.retry();
  // @end
  const channel = sluice.channel('lag');
  const [lagged, show] = screen();
  // @start region="lag"
  channel.on('sluice.lag', ({ behind }) => show(behind ? `${behind} events behind` : 'up to date'));
  // @end
  await said.until(data => /^open over (websocket|sse)$/.test(data.at(-1)), 'open');
  await lagged.showing('up to date');
  proxy.isAway = true;
  proxy.cut();
  await said.until(data => /Next try in \d+ s\.$/.test(data.at(-1)), 'waiting');
  proxy.isAway = false;
  button.onclick();
  await said.until(data => data.at(-1).startsWith('open'), 'open');
  sluice.close();
  await said.showing('stopped: Closed.');
});

test('uses the transports that it may', async () => {
  // @start region="transports"
  const sluice = new Sluice('https://hub.example', { transports: ['sse', 'longpoll'] }); // No WebSockets here.
  // @end
  const channel = sluice.channel('transports').on('*', () => {});
  assert.equal((await stateOf(sluice, 'open')).transport, 'sse');
  channel.close();
});

test('pauses three seconds, twice as long each time, ten times', async () => {
  const real = globalThis.setTimeout;
  const pauses = [];
  open.splice(0).forEach(sluice => sluice.close()); // Else those of other tests would come back without a pause, too.
  proxy.isAway = true;
  // An hour in two seconds. The time for an answer is no pause.
  globalThis.setTimeout = (act, ms, ...rest) => real(act, ms < 3_000 ? ms : ms / 2_000, ...rest);
  try {
    // @start region="backoff"
    const sluice = new Sluice('https://hub.example', {
      backoff: { first: 3_000, factor: 2, max: Infinity, jitter: 0, tries: 10 },
    });
    // @end
    sluice.on('state', ({ state, at }) => state === 'waiting' && pauses.push(Math.round((at - Date.now()) / 1_000)));
    sluice.channel('backoff').on('*', () => {});
    const { reason } = await new Promise(resolve => sluice.on('state', now => now.state === 'stopped' && resolve(now)));
    assert.match(reason, /Given up after 10 tries/);
  } finally {
    globalThis.setTimeout = real;
    proxy.isAway = false;
  }
  assert.deepEqual(pauses, [3, 6, 12, 24, 48, 96, 192, 384, 768, 1_536]);
});

test('loads its state anew behind a gap', async () => {
  const [shown, show] = screen();
  const clear = () => show('cleared');
  const load = async () => ['what is kept elsewhere'];
  const [old] = await hub.publish('feed', 'lost');
  await fetch(`${hub.url}channels/feed`, { method: 'DELETE' });
  const feed = connect().channel('feed', { after: old });
  // @start region="gap"
  feed.on('sluice.gap', async ({ reason }) => {
    clear(reason);
    for (const item of await load()) show(item);
  });
  // @end
  assert.deepEqual(await shown.holding(2), ['cleared', 'what is kept elsewhere']);
});

test('says what was refused', async () => {
  const sluice = connect();
  const channel = sluice.channel('no//name');
  const [said, say] = screen();
  // @start region="errors"
  channel.on('error', ({ status, message }) => say(`${status}: ${message}`)); // This selection; the others go on.
  sluice.on('error', ({ message }) => console.warn(message)); // Problems that belong to no subscription.
  // @end
  assert.match((await said.holding(1))[0], /^400: ./);
});

test('shows a token', async () => {
  const asked = [];
  const fetch = async url => (asked.push(url), new Response('a token'));
  // @start region="token"
  const sluice = new Sluice('https://hub.example', {
    getToken: async () => (await fetch('/token')).text(),
  });
  // @end
  await sluice.channel('tokens').publish('hello');
  assert.deepEqual(new Set(asked), new Set(['/token']));
});

test('writes an answer, which a reader stops', async () => {
  const sluice = connect();
  const model = 'm';
  const stream = Object.assign(['Once ', 'upon ', 'a time'], { cancel() {} });
  // @start region="answer"
  const author = sluice.author('answers/7', { start: { model } });
  author.signal.addEventListener('abort', () => stream.cancel(author.signal.reason));
  for await (const piece of stream) author.append(piece);
  await author.done({ outputTokens: 3 });
  // @end
  assert.deepEqual(await hub.all('answers/7'), [{ model: 'm' }, 'Once ', 'upon ', 'a time', { status: 'done', usage: { outputTokens: 3 } }]);

  const other = sluice.author('answers/8');
  await other.opened;
  const stopped = new Promise(resolve => other.signal.addEventListener('abort', resolve));
  // @start region="stop"
  await sluice.stop('answers/8', { by: 'ada' });
  // @end
  await within(60_000, 'the stop', stopped);
  assert.equal(other.signal.reason.end.by, 'ada');
  sluice.close();
});

test('replays at the pace of the author', async () => {
  await hub.publish('answers/paced', 'a', 'b');
  const client = connect();
  const collectors = [];
  const sluice = { channel: (name, options) => collectors.push(new EventCollector(client.channel('answers/paced', options))) };
  // @start region="pace"
  sluice.channel('answers/7', { after: 'earliest', pace: 4 }); // what is kept comes four times as fast as it was written
  // @end
  assert.deepEqual(await collectors[0].holding(2), ['a', 'b']);
  client.close();
});
