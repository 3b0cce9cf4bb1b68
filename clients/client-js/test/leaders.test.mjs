/** A tab that follows, and other tabs that a test plays: whom it asks, and whom it believes. */
import { afterEach, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { Sluice } from '../src/sluice.js';
import { ScriptedHub } from './scripted-hub.mjs';
import { EventCollector, within } from './waiting.mjs';

const HUB = 'http://127.0.0.1:9/';
const NAME = `sluice ${HUB} `;

/** Another page has the lock of the leader; each tab has its own. */
const LOCKS = {
  request: (name, how, act = how) => name === NAME ? new Promise(() => {}) : Promise.resolve(act()),
  query: async () => ({ held: [] }),
};

let sluice;
let air; // A tab without an id, which sends to all.
let guest; // The guest tab, as other tabs see it.
const tabs = [];

beforeEach(() => {
  Object.defineProperty(globalThis, 'navigator', { value: { locks: { ...LOCKS } }, configurable: true });
  sluice = new Sluice(HUB, { share: true });
  air = new Tab('');
});

afterEach(() => {
  sluice.close();
  for (const tab of tabs.splice(0)) tab.close();
});

/** A tab that says what a test has it say. */
class Tab {
  #heard = [];
  #listener = () => {};
  #channels = new Map();

  constructor(id, name = NAME) {
    this.id = id;
    this.name = name;
    this.#channel(id).onmessage = ({ data }) => {
      this.#heard.push(data);
      this.#listener();
    };
    tabs.push(this);
  }

  #channel(id) {
    if (!this.#channels.has(id)) this.#channels.set(id, new BroadcastChannel(`${this.name} ${id}`));
    return this.#channels.get(id);
  }

  says(words, to = guest) {
    this.#channel(to).postMessage({ from: this.id, ...words });
  }

  /** The next that it is told. */
  async hears() {
    await within(5_000, `a word to '${this.id}'`, new Promise(resolve => {
      this.#listener = () => this.#heard.length && resolve();
      this.#listener();
    }));
    return this.#heard.shift();
  }

  async isAsked(op) {
    const { message } = await this.hears();
    assert.equal(message.op, op);
    return message;
  }

  close() {
    for (const channel of this.#channels.values()) channel.close();
  }
}

async function asksWho() {
  const { from, who } = await air.hears();
  assert.ok(who);
  guest = from;
}

const EVENT = { op: 'event', channel: 'news', type: 'message', time: '2026-11-20T08:00:00Z' };

test('leaves no listener on the page', async () => {
  const signals = [];
  globalThis.addEventListener = (type, listener, { signal }) => signals.push(signal);
  sluice = new Sluice(HUB, { share: true });
  sluice.channel('news').on('*', () => {});
  delete globalThis.addEventListener;
  await asksWho();
  sluice.close();
  assert.ok(signals.length && signals.every(signal => signal?.aborted), `${signals.length}`);
});

test('waits for no guest once it is closed', async () => {
  const url = `${HUB}led/`; // Its lock is free.
  const waiting = new Promise(resolve => {
    navigator.locks.request = (name, how, act) => {
      if (!name.endsWith(' visitor')) return LOCKS.request(name, how, act);
      resolve(how);
      return new Promise((_, reject) => how.signal?.addEventListener('abort', () => reject(how.signal.reason)));
    };
  });
  sluice = new Sluice(url, { share: true });
  const visitor = new Tab('visitor', `sluice ${url} `);
  const everybody = new Tab('', visitor.name);
  sluice.channel('news').on('*', () => {});
  const { from: leader, welcome: term } = await everybody.hears();
  visitor.says({ message: { op: 'hello' }, term }, leader);
  const { signal } = await within(5_000, 'a guest', waiting);
  sluice.close();
  assert.ok(signal?.aborted);
});

test('goes over to a leader of a later term, and asks it for everything', async () => {
  const collector = new EventCollector(sluice.channel('news', { after: '0' }));
  const [stale, living] = [new Tab('stale'), new Tab('living')];
  await asksWho();
  stale.says({ welcome: 5 });
  await stale.isAsked('hello');
  const { ref } = await stale.isAsked('subscribe');
  stale.says({ message: { ...EVENT, ref, id: '1', data: 'one' } });
  await collector.holding(1);
  living.says({ welcome: 6 });
  await living.isAsked('hello');
  const again = await living.isAsked('subscribe');
  assert.equal(again.after, '1');
  stale.says({ message: { ...EVENT, ref: again.ref, id: '9', data: 'stale' } });
  stale.says({ message: { op: 'state', state: { state: 'waiting' } } });
  stale.says({ welcome: 5 });
  living.says({ message: { ...EVENT, ref: again.ref, id: '2', data: 'two' } });
  assert.deepEqual(await collector.holding(2), ['one', 'two']);
  sluice.channel('more').on('*', () => {});
  assert.deepEqual((await living.isAsked('subscribe')).channels, ['more']);
});

test('asks again where the same leader begins a new term', async () => {
  sluice.channel('news').on('*', () => {});
  const leader = new Tab('leader');
  await asksWho();
  leader.says({ welcome: 5 });
  leader.says({ welcome: 5 }); // To all, and to the one that had asked.
  await leader.isAsked('hello');
  await leader.isAsked('subscribe');
  leader.says({ welcome: 6 }, '');
  await leader.isAsked('hello');
  await leader.isAsked('subscribe');
});

test('looks for another leader where its own one asks who leads', async () => {
  sluice.channel('news').on('*', () => {});
  const [old, next] = [new Tab('old'), new Tab('next')];
  await asksWho();
  old.says({ welcome: 7 });
  await old.isAsked('hello');
  await old.isAsked('subscribe');
  old.says({ who: true }, '');
  await air.hears(); // That, and then the guest's own question.
  await asksWho();
  next.says({ welcome: 6 }); // The clock had been set back in between.
  await next.isAsked('hello');
  await next.isAsked('subscribe');
});

test('takes the lock from a leader that does not answer, unless another tab has it since', async () => {
  let holder = 'stuck';
  let steal;
  const stolen = new Promise(resolve => (steal = resolve));
  navigator.locks.query = async () => ({ held: [{ name: `${NAME} x`, clientId: 'x' }, { name: NAME, clientId: holder }] });
  navigator.locks.request = (name, how, act) => {
    if (how.steal) steal(holder);
    return LOCKS.request(name, how, act);
  };
  sluice.close();
  sluice = new Sluice(HUB, { share: true, answerMs: 100 });
  sluice.channel('news').on('*', () => {});
  await asksWho();
  holder = 'another'; // That noticed it first.
  await asksWho();
  assert.equal(await within(60_000, 'a take-over', stolen), 'another'); // It does not answer, either.
});

test('takes no lock from a tab that has it since, and whose welcome comes first', async () => {
  let holder = 'stuck';
  let isStolen = false;
  let taken;
  const turn = new Promise(resolve => (taken = resolve));
  navigator.locks.query = async () => ({ held: [{ name: NAME, clientId: holder }] });
  navigator.locks.request = (name, how, act) => {
    if (how.steal) isStolen = true;
    if (!name.endsWith(' turn')) return LOCKS.request(name, how, act);
    return new Promise(resolve => taken(() => resolve(how())));
  };
  sluice.close();
  sluice = new Sluice(HUB, { share: true, answerMs: 100 });
  sluice.channel('news').on('*', () => {});
  await asksWho();
  const take = await within(60_000, 'a turn', turn);
  holder = 'leader'; // That had its turn before.
  const leader = new Tab('leader');
  leader.says({ welcome: 5 });
  await leader.isAsked('hello');
  take();
  await leader.isAsked('hello');
  assert.equal(isStolen, false);
});

test('takes nothing for an answer that another tab asks', async () => {
  const publishing = sluice.channel('news').publish('x');
  const leader = new Tab('leader');
  await asksWho();
  leader.says({ welcome: 5 });
  await leader.isAsked('hello');
  const { ref } = await leader.isAsked('publish');
  leader.says({ message: { op: 'publish', ref, channel: 'news', data: 'y' }, term: 4 }); // It came to follow this tab.
  leader.says({ message: { op: 'ok', ref, id: '1' } });
  assert.deepEqual(await publishing, { id: '1', channel: 'news', replay: false });
});

test('says to a leader when it sent a publish, and to the next one when it sent it first', async () => {
  const [old, next] = [new Tab('old'), new Tab('next')];
  const begunMs = Date.now();
  sluice.channel('news').publish('x').catch(() => {});
  await asksWho();
  old.says({ welcome: 5 });
  await old.isAsked('hello');
  const first = await old.hears();
  const heardMs = Date.now();
  assert.equal(first.sentAt, undefined);
  assert.ok(begunMs <= first.postedAt && first.postedAt <= heardMs, `${begunMs} ${first.postedAt} ${heardMs}`);
  next.says({ welcome: 6 });
  await next.isAsked('hello');
  const { message, sentAt } = await next.hears();
  assert.equal(message.op, 'publish');
  assert.ok(begunMs <= sentAt && sentAt <= heardMs, `${begunMs} ${sentAt} ${heardMs}`);
});

test('knows from its leader that a refused publish may have arrived', async () => {
  const publishing = sluice.channel('news').publish('x');
  const leader = new Tab('leader');
  await asksWho();
  leader.says({ welcome: 5 });
  await leader.isAsked('hello');
  const { ref } = await leader.isAsked('publish');
  leader.says({ message: { op: 'error', ref, problem: { title: 'The hub was away for too long.' }, mayHaveArrived: true } });
  await assert.rejects(publishing, { message: 'The hub was away for too long.', mayHaveArrived: true });
});

test('knows that a publish may have arrived for which the next leader has no room', async () => {
  const full = { op: 'error', problem: { title: 'Too much is unsent.' } };
  const [old, next] = [new Tab('old'), new Tab('next')];
  const [one, two] = ['1', '2'].map(data => sluice.channel('news').publish(data));
  await asksWho();
  old.says({ welcome: 5 });
  await old.isAsked('hello');
  const { ref } = await old.isAsked('publish');
  old.says({ message: { ...full, ref } });
  await assert.rejects(one, error => !error.mayHaveArrived);
  next.says({ welcome: 6 });
  await next.isAsked('hello');
  const again = await next.isAsked('publish');
  next.says({ message: { ...full, ref: again.ref } });
  await assert.rejects(two, { message: 'Too much is unsent.', mayHaveArrived: true });
});

test('drops what a guest asks the next leader for', async () => {
  const hub = await ScriptedHub.start(); // Its lock is free, so the client leads.
  const leading = new Sluice(hub.url, { share: true, transports: ['websocket'] });
  try {
    const visitor = new Tab('visitor', `sluice ${hub.url} `);
    const everybody = new Tab('', visitor.name);
    leading.channel('news').on('*', () => {});
    const { from: leader, welcome: term } = await everybody.hears();
    const ask = message => visitor.says({ message, term }, leader);
    await hub.hears('hello');
    ask({ op: 'hello' });
    ask({ op: 'publish', ref: 1, channel: 'news', data: 'asked elsewhere since' });
    ask({ op: 'hello' });
    ask({ op: 'publish', ref: 2, channel: 'news', data: 'asked here' });
    ask({ op: 'ping' });
    for (let isHeard = false; !isHeard;) isHeard = (await visitor.hears()).message?.op === 'pong';
    hub.says({ op: 'welcome', session: 's', heartbeat: 15 });
    await hub.hears('subscribe');
    assert.equal((await hub.hears('publish')).data, 'asked here');
  } finally {
    leading.close();
    hub.stop();
  }
});

test('repeats a refused subscription of a guest without a word to it', async () => {
  const hub = await ScriptedHub.start();
  const leading = new Sluice(hub.url, { share: true, transports: ['websocket'], backoff: { first: 20, max: 20 } });
  try {
    const visitor = new Tab('visitor', `sluice ${hub.url} `);
    const everybody = new Tab('', visitor.name);
    leading.channel('own').on('*', () => {});
    const { from: leader, welcome: term } = await everybody.hears();
    const ask = message => visitor.says({ message, term }, leader);
    await hub.greets();
    await hub.hears('subscribe');
    ask({ op: 'hello' });
    ask({ op: 'subscribe', ref: 1, channels: ['news'], after: '0' });
    let { ref } = await hub.hears('subscribe');
    for (let i = 0; i < 2; i++) {
      hub.says({ op: 'error', ref, problem: { status: 503, title: 'Full' }, retry: true });
      ({ ref } = await hub.hears('subscribe'));
    }
    hub.says({ ...EVENT, ref, id: '1', data: 'one' });
    let message;
    while (!message || message.op === 'state') ({ message } = await visitor.hears());
    assert.deepEqual([message.op, message.ref, message.data], ['event', 1, 'one']);
  } finally {
    leading.close();
    hub.stop();
  }
});

test('tells a guest that a publish refused after its repetition may have arrived', async () => {
  const hub = await ScriptedHub.start();
  const leading = new Sluice(hub.url, { share: true, transports: ['websocket'], backoff: { first: 20, max: 20 } });
  try {
    const visitor = new Tab('visitor', `sluice ${hub.url} `);
    const everybody = new Tab('', visitor.name);
    leading.channel('own').on('*', () => {});
    const { from: leader, welcome: term } = await everybody.hears();
    const ask = message => visitor.says({ message, term }, leader);
    await hub.greets();
    await hub.hears('subscribe');
    ask({ op: 'hello' });
    ask({ op: 'publish', ref: 1, channel: 'news', data: 'x', idempotencyKey: 'k' });
    await hub.hears('publish');
    hub.cuts();
    await hub.greets();
    await hub.hears('subscribe');
    const { ref } = await hub.hears('publish');
    hub.says({ op: 'error', ref, problem: { status: 403, title: 'No' }, retry: false });
    let message;
    while (message?.ref !== 1) ({ message } = await visitor.hears());
    assert.deepEqual(message, { op: 'error', ref: 1, problem: { status: 403, title: 'No' }, mayHaveArrived: true });
  } finally {
    leading.close();
    hub.stop();
  }
});

test('sends no publish of a guest that sent it by way of another tab more than four minutes ago', async () => {
  const hub = await ScriptedHub.start();
  const leading = new Sluice(hub.url, { share: true, transports: ['websocket'] });
  try {
    const visitor = new Tab('visitor', `sluice ${hub.url} `);
    const everybody = new Tab('', visitor.name);
    const own = leading.channel('own').publish('now');
    const { from: leader, welcome: term } = await everybody.hears();
    const ask = (message, sentAt) => visitor.says({ message, term, sentAt }, leader);
    await hub.greets();
    const { ref } = await hub.hears('publish');
    ask({ op: 'hello' });
    ask({ op: 'publish', ref: 1, channel: 'news', data: 'old', idempotencyKey: 'k' }, Date.now() - 4 * 60_000 - 1);
    ask({ op: 'publish', ref: 2, channel: 'news', data: 'new', idempotencyKey: 'l' }, Date.now());
    const publish = await hub.hears('publish');
    assert.deepEqual({ ...publish, ref: 0 }, { ref: 0, op: 'publish', channel: 'news', data: 'new', idempotencyKey: 'l' });
    hub.says({ op: 'ok', ref, id: '1' });
    await own;
    let message;
    while (message?.ref !== 1) ({ message } = await visitor.hears());
    assert.deepEqual([message.op, message.mayHaveArrived], ['error', true]);
  } finally {
    leading.close();
    hub.stop();
  }
});

test('sends no publish that a guest sent more than four minutes before it was read, but one that waited here as long', async t => {
  const hub = await ScriptedHub.start();
  const leading = new Sluice(hub.url, { share: true, transports: ['websocket'] });
  try {
    const visitor = new Tab('visitor', `sluice ${hub.url} `);
    const everybody = new Tab('', visitor.name);
    leading.channel('own').publish('first').catch(() => {});
    const { from: leader, welcome: term } = await everybody.hears();
    const ask = (message, postedAt) => visitor.says({ message, term, postedAt }, leader);
    const hears = async isWanted => {
      let message;
      while (!message || !isWanted(message)) ({ message } = await visitor.hears());
      return message;
    };
    await hub.hears('hello');
    ask({ op: 'hello' });
    ask({ op: 'publish', ref: 1, channel: 'news', data: 'late', idempotencyKey: 'k' }, Date.now() - 4 * 60_000 - 1);
    ask({ op: 'publish', ref: 2, channel: 'news', data: 'waiting', idempotencyKey: 'l' }, Date.now());
    ask({ op: 'ping' });
    await hears(({ op }) => op === 'pong'); // It has read both.
    const now = Date.now.bind(Date);
    t.mock.method(Date, 'now', () => now() + 5 * 60_000);
    hub.says({ op: 'welcome', session: 's', heartbeat: 15 });
    assert.equal((await hub.hears('publish')).data, 'first');
    assert.equal((await hub.hears('publish')).data, 'waiting');
    const { op, mayHaveArrived } = await hears(({ ref }) => ref === 1);
    assert.deepEqual([op, mayHaveArrived], ['error', true]);
  } finally {
    leading.close();
    hub.stop();
  }
});
