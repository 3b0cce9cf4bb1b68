/** The client's reactions to the messages of a hub, one by one. */
import { afterEach, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Sluice } from '../src/sluice.js';
import { ScriptedHub } from './scripted-hub.mjs';
import { EventCollector, first, stateOf, within } from './waiting.mjs';

const QUICK = { transports: ['websocket'], answerMs: 2_000, backoff: { first: 20, max: 20 } };

let hub;
let sluice;

beforeEach(async () => (hub = await ScriptedHub.start()));

afterEach(() => {
  sluice?.close();
  hub.stop();
});

function connect(options) {
  sluice = new Sluice(hub.url, { ...QUICK, ...options });
  return sluice;
}

function event(ref, id, data = id) {
  return { op: 'event', ref, id, channel: 'a', type: 'message', time: '2026-11-20T08:00:00Z', data };
}

test('goes on from where the hub says that a silent subscription is, if it is not behind', async () => {
  connect();
  const [, , last] = ['a', 'b', 'c'].map(name => sluice.channel(name).on('*', () => {}));
  const isServed = first(last, 'open');
  await hub.greets();
  const asked = [await hub.hears('subscribe'), await hub.hears('subscribe'), await hub.hears('subscribe')];
  assert.deepEqual(asked.map(({ after }) => after), ['latest', 'latest', 'latest']);
  const [a, b, c] = asked.map(({ ref }) => ref);
  hub.says({ op: 'ok', ref: a, cursor: 'a1' });
  hub.says({ op: 'ok', ref: b, cursor: 'b1' });
  hub.says({ op: 'heartbeat', cursor: 'h2', behind: { [b]: 7 } });
  hub.says({ op: 'ok', ref: c, cursor: 'c3' }); // Asked for before the heartbeat, served behind it.
  await isServed;
  hub.cuts();
  await hub.greets();
  const again = [await hub.hears('subscribe'), await hub.hears('subscribe'), await hub.hears('subscribe')];
  assert.deepEqual(again.map(({ after }) => after), ['h2', 'b1', 'c3']);
  assert.ok(!again.some(({ ref }) => [a, b, c].includes(ref)), 'refs are never used again');
});

test('takes a dead line for dead, and what an earlier one still says for nothing', async () => {
  connect();
  const collector = new EventCollector(sluice.channel('a', { last: 3 }));
  await hub.greets();
  const { ref, last, after } = await hub.hears('subscribe');
  assert.deepEqual([last, after], [3, undefined]);
  hub.says({ op: 'ok', ref, cursor: '0' });
  hub.says(event(ref, '1'));
  await collector.holding(1);
  hub.cuts();
  await hub.greets();
  const again = await hub.hears('subscribe');
  assert.deepEqual([again.last, again.after], [undefined, '1']);
  hub.says(event(ref, '2'));
  hub.says({ op: 'ok', ref: again.ref, cursor: '1' });
  hub.says(event(again.ref, '3'));
  assert.deepEqual(await collector.holding(2), ['1', '3']);
});

test('asks once, however often it is welcomed', async () => {
  connect();
  const collector = new EventCollector(sluice.channel('a'));
  await hub.greets();
  hub.says({ op: 'welcome', session: 's', heartbeat: 15 });
  const { ref } = await hub.hears('subscribe');
  hub.says(event(ref, '1'));
  await collector.holding(1);
  sluice.channel('b').on('*', () => {});
  assert.deepEqual((await hub.hears('subscribe')).channels, ['b']);
});

test('tells of a gap and goes on behind it', async () => {
  connect();
  const channel = sluice.channel('a', { after: 'x' });
  const gap = first(channel, 'sluice.gap');
  await hub.greets();
  const { ref } = await hub.hears('subscribe');
  hub.says({ op: 'ok', ref, cursor: 'x' });
  hub.says({ op: 'gap', ref, after: 'x', resume: 'y', reason: 'trimmed' });
  assert.deepEqual(await gap, { type: 'sluice.gap', after: 'x', resume: 'y', reason: 'trimmed' });
  hub.cuts();
  await hub.greets();
  assert.equal((await hub.hears('subscribe')).after, 'y');
});

test('sends a publish again under the same key, and only what was not acknowledged', async () => {
  connect();
  const channel = sluice.channel('a');
  const one = channel.publish('one');
  const two = channel.publish({ n: 2 }, { key: 'k', type: 't' });
  await hub.greets();
  const first = await hub.hears('publish');
  const second = await hub.hears('publish');
  assert.deepEqual([second.data, second.key, second.type], [{ n: 2 }, 'k', 't']);
  hub.says({ op: 'ok', ref: first.ref, id: '1' });
  assert.deepEqual(await one, { id: '1', channel: 'a', replay: false });
  hub.cuts();
  await hub.greets();
  const three = channel.publish('three');
  const again = await hub.hears('publish');
  assert.match(second.idempotencyKey, /^\d+(-\d+){3}$/);
  assert.equal(again.idempotencyKey, second.idempotencyKey);
  assert.notEqual(again.ref, second.ref);
  hub.says({ op: 'error', ref: again.ref, problem: { status: 503, title: 'full' }, retry: true });
  const third = await hub.hears('publish');
  assert.equal(third.idempotencyKey, second.idempotencyKey);
  hub.says({ op: 'ok', ref: third.ref, id: '2', replay: true });
  assert.deepEqual(await two, { id: '2', channel: 'a', replay: true });
  const { ref, data } = await hub.hears('publish'); // It did not overtake the one that had to be sent again.
  assert.equal(data, 'three');
  hub.says({ op: 'ok', ref, id: '3' });
  await three;
});

test('keeps the order of publishes of which one is refused for a time', async () => {
  connect({ transports: ['poll'] });
  const stored = [];
  let refusals = 0;
  hub.answer = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (body === '2' && !refusals++) return void response.writeHead(429).end();
    if (body) stored.push(body);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"1","events":[],"cursor":"0"}');
  };
  const channel = sluice.channel('a');
  await within(5_000, 'all answers', Promise.all(['1', '2', '3', '4', '5'].map(data => channel.publish(data))));
  assert.deepEqual([stored, refusals], [['1', '2', '3', '4', '5'], 2]);
});

test('keeps their order while the publish of another channel is between them', async () => {
  connect({ transports: ['poll'] });
  const stored = [];
  let refusals = 0;
  let isSent;
  const sending = new Promise(resolve => (isSent = resolve));
  hub.answer = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (body === '1' && !refusals++) return void response.writeHead(429).end();
    if (body === 'slow') isSent();
    else if (body) stored.push(body);
    const answer = () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"1","events":[],"cursor":"0"}');
    setTimeout(answer, body === 'slow' ? 500 : 0); // Longer than the pause before the next attempt.
  };
  const [channel, other] = ['a', 'b'].map(name => sluice.channel(name));
  const publishes = [channel.publish('1'), other.publish('slow'), channel.publish('2')];
  await within(5_000, 'the slow request', sending);
  publishes.push(channel.publish('3'));
  await within(5_000, 'all answers', Promise.all(publishes));
  assert.deepEqual([stored, refusals], [['1', '2', '3'], 2]);
});

test('takes an answer that names no event for none of a hub, and publishes again under the same key', async () => {
  connect({ transports: ['poll'] });
  const keys = [];
  hub.answer = (request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'application/json' });
    if (request.method === 'GET') return void response.end('{"events":[],"cursor":"0"}');
    response.end(keys.push(request.headers['idempotency-key']) === 1 ? '{}' : '{"id":"1"}');
  };
  assert.equal((await within(5_000, 'an answer', sluice.channel('a').publish('x'))).id, '1');
  assert.deepEqual(keys, [keys[0], keys[0]]);
});

test('makes a key of its own for a publish whose key is null', async () => {
  connect({ transports: ['poll'] });
  const keys = [];
  hub.answer = (request, response) => {
    request.resume();
    if (request.method === 'POST') keys.push(request.headers['idempotency-key']);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"1","events":[],"cursor":"0"}');
  };
  for (let i = 0; i < 2; i++) await within(5_000, 'an answer', sluice.channel('a').publish('x', { idempotencyKey: null }));
  assert.match(keys[0], /^\d+(-\d+){3}$/);
  assert.notEqual(keys[0], keys[1]);
});

test('publishes to other channels while one is refused for a time', async () => {
  connect({ transports: ['poll'] });
  hub.answer = (request, response) => {
    request.resume();
    if (request.url.includes('full')) return void response.writeHead(429).end();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"1","events":[],"cursor":"0"}');
  };
  const refused = sluice.channel('full').publish('1');
  refused.catch(() => {}); // It is refused until the client is closed.
  await within(5_000, 'an answer', sluice.channel('b').publish('2'));
});

test('lets a publish fail with the hub\'s own words', async () => {
  connect();
  const publishing = sluice.channel('a').publish('x');
  await hub.greets();
  const { ref } = await hub.hears('publish');
  hub.says({ op: 'error', ref, problem: { type: '/problems/closed', title: 'Ended', status: 409, detail: 'It ended.' }, retry: false });
  await assert.rejects(publishing, { name: 'SluiceError', message: 'It ended.', status: 409 });
});

test('refuses what is longer than the hub says that a message may be, and sends the rest', async () => {
  connect();
  const [long, short] = ['ü'.repeat(1_000), 'x'.repeat(1_000)].map(data => sluice.channel('a').publish(data));
  const channel = sluice.channel('b'.repeat(2_000)).on('*', () => {});
  const refusal = first(channel, 'error');
  await hub.greets({ messageBytesMax: 2_000 });
  await assert.rejects(within(5_000, 'an answer', long), { status: 413 });
  assert.equal((await refusal).status, 413);
  const { ref, data } = await hub.hears('publish');
  assert.equal(data.length, 1_000);
  hub.says({ op: 'ok', ref, id: '1' });
  await short;
});

test('takes the end of a line because of a long message for the refusal of the longest one', async () => {
  connect();
  const [short, long] = ['x', 'x'.repeat(100_000)].map(data => sluice.channel('a').publish(data));
  await hub.greets();
  const [{ idempotencyKey }] = [await hub.hears('publish'), await hub.hears('publish')];
  hub.closes(1_009);
  await assert.rejects(within(5_000, 'an answer', long), { status: 413 });
  await hub.greets();
  const again = await hub.hears('publish');
  assert.equal(again.idempotencyKey, idempotencyKey);
  hub.says({ op: 'ok', ref: again.ref, id: '1' });
  await short;
});

test('takes a request that a proxy finds too large for the refusal of the message that makes it so', async () => {
  connect({ transports: ['sse'] });
  const taken = [];
  let stream;
  hub.answer = async (request, response) => {
    if (request.method === 'GET') {
      stream = response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      return void stream.write('data: {"op":"welcome","session":"s","heartbeat":15}\n\n');
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    if (body.length > 1_000) return void response.writeHead(413, { 'Content-Type': 'text/html' }).end('<html>');
    response.writeHead(204).end();
    for (const { ref, data } of body.trim().split('\n').map(line => JSON.parse(line))) {
      taken.push(data);
      stream.write(`data: ${JSON.stringify({ op: 'ok', ref, id: data })}\n\n`);
    }
  };
  const channel = sluice.channel('a');
  const [one, long, two] = ['1', 'x'.repeat(2_000), '2'].map(data => channel.publish(data));
  await assert.rejects(within(5_000, 'an answer', long), { status: 413 });
  await Promise.all([one, two]);
  assert.deepEqual(taken, ['1', '2']);
});

test('stops where the hub refuses for good, and says why', async () => {
  connect({ transports: ['sse'] });
  hub.answer = (request, response) => {
    const problem = { title: 'No', status: 403, detail: 'This origin may not use the hub.' };
    response.writeHead(403, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(problem));
  };
  const publishing = sluice.channel('a').publish('x');
  await assert.rejects(within(5_000, 'an answer', publishing), { status: 403 });
  assert.equal(sluice.state.state, 'stopped');
  assert.equal(sluice.state.reason, 'This origin may not use the hub.');
  hub.answer = (request, response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: {"op":"welcome","session":"s","heartbeat":5}\n\n');
  sluice.retry();
  await stateOf(sluice, 'open');
});

test('stops at a refusal that is final, and comes back from one that is not', async () => {
  connect();
  sluice.channel('a').on('*', () => {});
  await hub.hears('hello');
  hub.ends(503);
  await hub.hears('hello');
  hub.ends(403, { type: '/problems/forbidden', detail: 'The token is of another caller.' });
  const { error, reason } = await stateOf(sluice, 'stopped');
  assert.equal(reason, 'The token is of another caller.');
  assert.deepEqual([error.status, error.problem.type], [403, '/problems/forbidden']);
});

test('asks for another token when that of its session has ended, but not when it is refused', async () => {
  let tokens = 0;
  connect({ getToken: () => `token${++tokens}` });
  sluice.channel('a').on('*', () => {});
  assert.equal((await hub.greets()).token, 'token1');
  await hub.hears('subscribe');
  hub.ends(401);
  assert.equal((await hub.hears('hello')).token, 'token2');
  hub.ends(401);
  assert.equal((await stateOf(sluice, 'stopped')).error.status, 401);
});

test('reports the end of a token that has a successor as a pause, not as an error', async () => {
  connect({ getToken: () => 'token' });
  const errors = new EventCollector();
  sluice.on('error', error => errors.put(error.message));
  sluice.channel('a').on('*', () => {}).on('error', error => errors.put(error.message));
  await hub.greets();
  await hub.hears('subscribe');
  hub.ends(401, { type: '/problems/token-expired', detail: 'The token has expired.' });
  assert.equal((await stateOf(sluice, 'waiting')).reason, 'The token has expired.');
  await hub.greets();
  await hub.hears('subscribe');
  assert.deepEqual(errors.data, []);
});

test('sends the next token in the same session, and ends just the channels that it does not permit', async () => {
  let tokens = 0;
  connect({ getToken: async () => `token${++tokens}` });
  const states = [];
  sluice.on('state', ({ state }) => states.push(state));
  sluice.on('error', error => states.push(error.message));
  const kept = new EventCollector(sluice.channel('kept'));
  const lost = sluice.channel('lost');
  const refusal = first(lost, 'error');
  await hub.greets({ expiresInMs: 1_100 });
  const [a, b] = [await hub.hears('subscribe'), await hub.hears('subscribe')];
  for (const { ref } of [a, b]) hub.says({ op: 'ok', ref, cursor: '0' });
  for (const next of ['token2', 'token3']) {
    const { ref, token } = await hub.hears('refresh');
    assert.equal(token, next);
    hub.says({ op: 'ok', ref, expiresInMs: next === 'token2' ? 1_100 : undefined });
  }
  hub.says({ op: 'error', ref: b.ref, problem: { status: 401, title: 'Revoked', type: '/problems/revoked' }, retry: false });
  assert.equal((await refusal).problem.type, '/problems/revoked');
  hub.says(event(a.ref, '1'));
  assert.deepEqual(await kept.holding(1), ['1']);
  assert.deepEqual(states, ['connecting', 'open']);
});

test('sends a publish that came between a token and its successor again, once, in order', async () => {
  let tokens = 0;
  connect({ getToken: () => `token${++tokens}` });
  const publishing = ['1', '2'].map(data => sluice.channel('a').publish(data));
  assert.equal((await hub.greets({ expiresInMs: 60_000 })).token, 'token1');
  const [first, second] = [await hub.hears('publish'), await hub.hears('publish')];
  const expired = { status: 401, title: 'Expired', type: '/problems/token-expired' };
  for (const { ref } of [first, second]) hub.says({ op: 'error', ref, problem: expired, retry: false });
  assert.equal((await hub.greets({ expiresInMs: 60_000 })).token, 'token2');
  const again = [await hub.hears('publish'), await hub.hears('publish')];
  assert.deepEqual(again.map(({ data, idempotencyKey }) => [data, idempotencyKey]), [first, second].map(({ data, idempotencyKey }) => [data, idempotencyKey]));
  hub.says({ op: 'ok', ref: again[0].ref, id: 'e1' });
  hub.says({ op: 'error', ref: again[1].ref, problem: expired, retry: false });
  assert.equal((await publishing[0]).id, 'e1');
  await assert.rejects(publishing[1], { status: 401 });
});

test('leaves a 401 to the page where no token ends', async () => {
  connect({ getToken: () => 'token' });
  const publishing = sluice.channel('a').publish('x');
  await hub.greets();
  const { ref } = await hub.hears('publish');
  hub.says({ op: 'error', ref, problem: { status: 401, title: 'No' }, retry: false });
  await assert.rejects(publishing, { status: 401 });
});

test('opens another session for another user', async () => {
  const users = ['alice', 'bob', 'bob'];
  connect({ getToken: () => users.shift() });
  sluice.channel('a').on('*', () => {});
  await hub.greets({ expiresInMs: 1_100 });
  await hub.hears('subscribe');
  const { ref } = await hub.hears('refresh');
  hub.says({ op: 'error', ref, problem: { status: 403, title: 'No', detail: 'The token is of another caller.' }, retry: false });
  assert.equal((await stateOf(sluice, 'waiting')).reason, 'The token is of another caller.');
  assert.equal((await hub.greets()).token, 'bob');
});

test('waits as long as the hub asks it to', async () => {
  connect({ transports: ['sse'] });
  hub.answer = (request, response) => response.writeHead(503, { 'Retry-After': '7' }).end();
  sluice.channel('a').on('*', () => {});
  const { at } = await stateOf(sluice, 'waiting');
  assert.ok(at - Date.now() > 6_500 && at - Date.now() < 7_100, `${at - Date.now()}`);
});

test('waits no longer than a timer can', async () => {
  connect({ transports: ['sse'] });
  hub.answer = (request, response) => response.writeHead(503, { 'Retry-After': 'Fri, 31 Dec 2099 23:59:59 GMT' }).end();
  sluice.channel('a').on('*', () => {});
  const { at } = await stateOf(sluice, 'waiting');
  assert.ok(at - Date.now() < 2 ** 31 - 1, `${at - Date.now()}`);
});

for (const [what, last, ms] of [['an event stream', '', 3_000], ['a hub that drains', 'data: {"op":"drain","retryAfterMs":9000}\n\n', 9_000]]) {
  test(`waits as long as ${what} asks it to`, async () => {
    connect({ transports: ['sse'] });
    hub.answer = (request, response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      .end(`retry: 3000\ndata: {"op":"welcome","session":"s","heartbeat":5}\n\n${last}`);
    sluice.channel('a').on('*', () => {});
    const { at } = await stateOf(sluice, 'waiting');
    assert.ok(at - Date.now() > ms - 500 && at - Date.now() < ms + 100, `${at - Date.now()}`);
  });
}

test('asks again for a subscription that was refused for now', async () => {
  connect();
  const channel = sluice.channel('a');
  const collector = new EventCollector(channel);
  await hub.greets();
  const { ref } = await hub.hears('subscribe');
  hub.says({ op: 'error', ref, problem: { status: 503, title: 'full' }, retry: true });
  const again = await hub.hears('subscribe');
  hub.says(event(again.ref, '1'));
  assert.deepEqual(await collector.holding(1), ['1']);
});

test('knows who is here, and who comes and goes', async () => {
  connect({ client: 'bob' });
  const channel = sluice.channel('a', { join: true }).on('message', () => {});
  const told = new EventCollector();
  const list = channel.presence(members => told.put(members.map(({ client }) => client).join()));
  await hub.greets();
  assert.equal((await hub.hears('subscribe')).join, true);
  const { ref } = await hub.hears('presence');
  hub.says({ op: 'ok', ref, members: [{ client: 'alice', time: 't' }], cursor: 'p1' });
  assert.deepEqual(await list, [{ client: 'alice', time: 't' }]);
  const watch = await hub.hears('subscribe');
  assert.deepEqual([watch.channels, watch.after], [['$presence/a'], 'p1']);
  hub.says({ ...event(watch.ref, 'p2', { client: 'bob' }), key: 'bob', type: 'presence' });
  hub.says({ ...event(watch.ref, 'p3'), key: 'alice', type: 'presence', removed: true });
  await told.showing('bob');
  channel.close();
  await hub.hears('unsubscribe');
  assert.equal((await hub.hears('unsubscribe')).ref, watch.ref);
});

test('shows a token to the hub, a new one each time', async () => {
  let count = 0;
  connect({ getToken: async () => `token ${++count}` });
  sluice.channel('a').on('*', () => {});
  assert.equal((await hub.greets()).token, 'token 1');
  await hub.hears('subscribe');
  hub.cuts();
  assert.equal((await hub.greets()).token, 'token 2');
});

test('tries again where there was no token to be had', async () => {
  let count = 0;
  const getToken = () => ++count < 3 ? Promise.reject(new Error('The page is signed out.')) : 'token';
  connect({ getToken });
  sluice.channel('a').on('*', () => {});
  await stateOf(sluice, 'waiting');
  assert.equal((await hub.greets()).token, 'token');
});

test('tries again where a token does not come', async () => {
  const never = new Promise(() => {});
  const tokens = ['token', never, never];
  connect({ answerMs: 700, getToken: () => tokens.shift() ?? 'next' });
  sluice.channel('a').on('*', () => {});
  await hub.hears('hello');
  hub.says({ op: 'welcome', session: 's', heartbeat: 15 });
  await hub.hears('subscribe');
  hub.cuts();
  await stateOf(sluice, 'waiting', 5_000);
  const { reason } = await first(sluice, 'state', ({ state, reason }) => state === 'waiting' && /getToken/.test(reason), 5_000);
  assert.equal(reason, 'getToken does not return.');
  assert.equal((await hub.hears('hello')).token, 'next');
});

test('asks for a token again while the hub refuses a stale one, and stops at one that is wrong', async () => {
  const tokens = ['expired', 'early', 'good', 'wrong'];
  connect({ getToken: () => tokens.shift() });
  sluice.channel('a').on('*', () => {});
  const pauses = [];
  sluice.on('state', ({ state }) => state === 'waiting' && pauses.push(state));
  for (const stale of ['expired', 'early']) {
    assert.equal((await hub.hears('hello')).token, stale);
    hub.ends(401, { type: '/problems/bad-token', stale });
  }
  assert.equal((await hub.greets()).token, 'good');
  await hub.hears('subscribe');
  assert.equal(pauses.length, 2);
  hub.ends(401);
  assert.equal((await hub.hears('hello')).token, 'wrong');
  hub.ends(401, { type: '/problems/bad-token', detail: 'The signature is wrong.' });
  assert.equal((await stateOf(sluice, 'stopped')).reason, 'The signature is wrong.');
});

test('stops after five tokens that are stale', async () => {
  let count = 0;
  connect({ getToken: () => `token${++count}` });
  sluice.channel('a').on('*', () => {});
  for (let i = 0; i < 6; i++) {
    await hub.hears('hello');
    hub.ends(401, { stale: 'expired' });
  }
  assert.equal((await stateOf(sluice, 'stopped')).error.status, 401);
  assert.equal(count, 6);
});

test('trims a token, and repeats it in no message', async () => {
  const tokens = ['bad\ntoken', ' good.token\n'];
  connect({ getToken: () => tokens.shift() });
  sluice.channel('a').on('*', () => {});
  const { reason } = await stateOf(sluice, 'waiting');
  assert.match(reason, /getToken/);
  assert.doesNotMatch(reason, /bad/);
  assert.equal((await hub.greets()).token, 'good.token');
});

for (const transport of ['sse', 'poll']) {
  test(`repeats a token that cannot be sent in no cause, over ${transport}`, async () => {
    connect({ transports: [transport], getToken: () => 'secret\nsecret', backoff: { tries: 0 } });
    const publishing = sluice.channel('a').publish('x');
    await assert.rejects(within(5_000, 'an answer', publishing), error => !/secret/.test(`${error} ${error.cause} ${error.cause?.cause}`));
  });
}

test('asks for no more than a loop can keep, and goes on behind it', async () => {
  connect();
  const loop = sluice.channel('a', { after: 'x' })[Symbol.asyncIterator]();
  const taken = [loop.next()];
  await hub.greets();
  const { ref } = await hub.hears('subscribe');
  for (let i = 0; i < 1_001; i++) hub.says(event(ref, String(i)));
  assert.equal((await hub.hears('unsubscribe')).ref, ref);
  for (let i = 1; i < 1_001; i++) taken.push(loop.next());
  assert.deepEqual((await Promise.all(taken)).map(({ value }) => value.id), Array.from({ length: 1_001 }, (_, i) => String(i)));
  const next = loop.next();
  const again = await hub.hears('subscribe');
  assert.equal(again.after, '1000');
  hub.says(event(again.ref, '1001'));
  assert.equal((await next).value.id, '1001');
  await loop.return();
});

test('goes on for the other readers of a channel when a loop that is behind is left', async () => {
  connect();
  const channel = sluice.channel('a', { after: 'x' });
  const [left, other] = [channel[Symbol.asyncIterator](), channel[Symbol.asyncIterator]()];
  const collector = new EventCollector(channel);
  const taken = [left.next(), other.next()];
  await hub.greets();
  const { ref } = await hub.hears('subscribe');
  for (let i = 0; i < 1_001; i++) hub.says(event(ref, String(i)));
  await hub.hears('unsubscribe');
  for (let i = 1; i < 1_001; i++) taken.push(other.next());
  await Promise.all(taken);
  const next = other.next();
  await left.return();
  const again = await hub.hears('subscribe');
  assert.equal(again.after, '1000');
  hub.says(event(again.ref, '1001'));
  assert.equal((await within(5_000, 'the next event', next)).value.id, '1001');
  assert.equal(collector.data.at(-1), '1001');
});

test('goes on for the handlers of a channel when a loop is left at the last event that it has', async () => {
  connect();
  const channel = sluice.channel('a', { after: 'x' }).on('message', () => {});
  const left = channel[Symbol.asyncIterator]();
  const taken = [left.next()];
  await hub.greets();
  const { ref } = await hub.hears('subscribe');
  for (let i = 0; i < 1_001; i++) hub.says(event(ref, String(i)));
  await hub.hears('unsubscribe');
  for (let i = 1; i < 1_001; i++) taken.push(left.next());
  await Promise.all(taken);
  await left.return();
  assert.equal((await hub.hears('subscribe')).after, '1000');
});

test('asks for no more than a pace can keep, though a loop waits for its next event', async () => {
  connect();
  const loop = sluice.channel('a', { after: 'x', pace: 1 })[Symbol.asyncIterator]();
  const taken = loop.next();
  await hub.greets();
  const { ref } = await hub.hears('subscribe');
  for (let i = 0; i < 1_500; i++) hub.says({ ...event(ref, String(i)), time: new Date(i * 1_000).toISOString() });
  await hub.hears('unsubscribe');
  await taken;
  const next = loop.next();
  sluice.channel('b').on('*', () => {});
  assert.deepEqual((await hub.hears('subscribe')).channels, ['b']);
  sluice.close();
  await next;
});

test('tells a loop that is behind of the end of the connection, after its events', async () => {
  connect();
  const loop = sluice.channel('a', { after: 'x' })[Symbol.asyncIterator]();
  const taken = [loop.next()];
  await hub.greets();
  const { ref } = await hub.hears('subscribe');
  for (let i = 0; i < 1_001; i++) hub.says(event(ref, String(i)));
  await hub.hears('unsubscribe');
  hub.cuts();
  await hub.hears('hello');
  hub.ends(403);
  await stateOf(sluice, 'stopped');
  for (let i = 1; i < 1_001; i++) taken.push(loop.next());
  assert.ok((await Promise.all(taken)).every(({ value }, i) => value.id === String(i)));
  await assert.rejects(within(5_000, 'the end of the loop', loop.next()), { status: 403 });
});

test('checks the line when somebody looks, and does not let them wait if it is dead', async () => {
  const listeners = new Map();
  globalThis.addEventListener = (type, listener) => listeners.set(type, listener);
  connect({ backoff: { first: 60_000, max: 60_000, jitter: 0 } });
  delete globalThis.addEventListener;
  sluice.channel('a').on('*', () => {});
  await hub.greets();
  await hub.hears('subscribe');
  listeners.get('online')({ type: 'online' });
  await hub.hears('ping');
  hub.cuts();
  await hub.greets();
  await hub.hears('subscribe');
  hub.says({ op: 'pong' });
  hub.cuts();
  const { at } = await stateOf(sluice, 'waiting');
  assert.ok(at - Date.now() > 50_000);
  listeners.get('online')({ type: 'online' });
  await hub.greets();
});

test('moves no place before the hub has welcomed it, whatever comes first', async () => {
  connect();
  const collector = new EventCollector(sluice.channel('a', { after: '0' }));
  await hub.greets();
  const { ref } = await hub.hears('subscribe');
  hub.says({ op: 'ok', ref, cursor: '0' });
  hub.says(event(ref, '1'));
  await collector.holding(1);
  hub.cuts();
  await hub.hears('hello');
  hub.says({ op: 'heartbeat', cursor: '9', behind: {} });
  hub.says(event(ref, '9'));
  hub.says({ op: 'welcome', session: 's', heartbeat: 15 });
  const again = await hub.hears('subscribe');
  assert.equal(again.after, '1');
  hub.says({ op: 'heartbeat', cursor: '9', behind: {} }); // Written before it was asked for.
  hub.cuts();
  await hub.greets();
  assert.equal((await hub.hears('subscribe')).after, '1');
  assert.deepEqual(collector.data, ['1']);
});

test('waits no longer for its welcome because something else comes', async () => {
  connect({ answerMs: 200 });
  sluice.channel('a').on('*', () => {});
  await hub.hears('hello');
  const talking = setInterval(() => hub.says({ op: 'heartbeat', cursor: '9', behind: {} }), 20);
  try {
    await hub.hears('hello');
  } finally {
    clearInterval(talking);
  }
});

test('notices at once that a handshake failed', async () => {
  hub.stop();
  connect({ answerMs: 60_000 });
  sluice.channel('a').on('*', () => {});
  await stateOf(sluice, 'waiting', 5_000);
});

test('takes the page of a portal for no hub, and remembers nothing', async () => {
  hub.answer = (request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Please sign in.');
  hub.refuses = 302;
  const kept = new Map();
  globalThis.localStorage = { getItem: key => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  try {
    connect({ transports: ['websocket', 'sse', 'ndjson', 'longpoll', 'poll'] });
    const states = [];
    sluice.on('state', ({ state }) => states.push(state));
    sluice.channel('a').on('*', () => {});
    for (let i = 0; i < 3; i++) assert.equal((await first(sluice, 'state', ({ state }) => state === 'waiting')).reason, 'The answer is not from a hub.');
    assert.ok(!states.includes('open'), `${states}`);
    assert.deepEqual([...kept], []);
  } finally {
    delete globalThis.localStorage;
  }
});

for (const what of ['a publish', 'a subscription']) {
  test(`leaves a line that brings heartbeats and no answer to ${what}`, async () => {
    connect({ answerMs: 700 }); // Enough for a welcome on a machine that is busy.
    const channel = sluice.channel('a', { after: '0' });
    if (what === 'a publish') channel.publish('x').catch(() => {});
    else channel.on('*', () => {});
    const op = what === 'a publish' ? 'publish' : 'subscribe';
    await hub.greets();
    const asked = await hub.hears(op);
    const talking = setInterval(() => hub.says({ op: 'heartbeat', cursor: '9', behind: {} }), 20);
    try {
      await hub.hears('ping');
      hub.says({ op: 'pong' });
      await hub.hears('ping'); // The answer is late, the line is not dead.
      await hub.hears('hello');
    } finally {
      clearInterval(talking);
    }
    hub.says({ op: 'welcome', session: 's', heartbeat: 15 });
    assert.deepEqual({ ...await hub.hears(op), ref: undefined }, { ...asked, ref: undefined });
  });
}

for (const [what, clock] of [['though the clock was set back', performance], ['though the computer slept', Date]]) {
  test(`sends no publish again after more than four minutes, ${what}`, async t => {
    connect();
    const publishing = sluice.channel('a').publish('x');
    await hub.greets();
    await hub.hears('publish');
    const now = clock.now.bind(clock);
    t.mock.method(clock, 'now', () => now() + 4 * 60_000 + 1); // The other clock shows nothing of it.
    hub.cuts();
    publishing.catch(() => {});
    await hub.greets();
    await assert.rejects(within(5_000, 'an answer', publishing), { mayHaveArrived: true });
  });
}

for (const transport of ['sse', 'poll']) {
  test(`sends no publish again that has waited behind others for more than four minutes, over ${transport}`, async t => {
    connect({ transports: [transport] });
    const now = Date.now.bind(Date);
    const posted = [];
    let stream;
    hub.answer = async (request, response) => {
      if (request.method === 'GET' && transport === 'sse') { // A request for each message.
        stream = response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        return void stream.write('data: {"op":"welcome","session":"s","heartbeat":15,"messageBytesMax":600}\n\n');
      }
      let body = '';
      for await (const chunk of request) body += chunk;
      if (request.method === 'GET') return void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"cursor":"0"}');
      if (posted.push(/one|two/.exec(body)[0]) === 1) return void response.destroy();
      t.mock.method(Date, 'now', () => now() + 4 * 60_000 + 1);
      if (transport === 'poll') return void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"1"}');
      response.writeHead(204).end();
      stream.write(`data: ${JSON.stringify({ op: 'ok', ref: JSON.parse(body).ref, id: '1' })}\n\n`);
    };
    const [one, two] = ['one', 'two'].map(data => sluice.channel('a').publish(data));
    two.catch(() => {});
    assert.equal((await within(5_000, 'an answer', one)).id, '1');
    await assert.rejects(within(5_000, 'an answer', two), { message: 'The hub was away for too long.', mayHaveArrived: true });
    assert.deepEqual(posted, ['one', 'one']);
  });
}

test('sends a piece of an answer not again after more than four minutes, though the computer slept', async t => {
  let pieces = 0;
  hub.answer = (request, response) => {
    if (request.method === 'POST' && request.url === '/channels' && ++pieces === 1) {
      const now = Date.now.bind(Date);
      t.mock.method(Date, 'now', () => now() + 4 * 60_000 + 1);
      return response.destroy();
    }
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"1"}');
  };
  const author = connect().author('a');
  await assert.rejects(within(5_000, 'an answer', author.append('x')), { mayHaveArrived: true });
  assert.equal(pieces, 1);
});

test('follows who comes and goes after the channel has ended', async () => {
  connect();
  const collector = new EventCollector(sluice.channel('a', { presence: true }));
  await hub.greets();
  const { ref } = await hub.hears('subscribe');
  hub.says({ op: 'ok', ref, cursor: '0' });
  hub.says({ op: 'closed', ref, channel: 'a', cursor: '1' });
  hub.says({ op: 'event', ref, id: '2', channel: '$presence/a', type: 'presence', time: '2026-11-20T08:00:00Z', data: 'ada' });
  assert.deepEqual(await collector.holding(1, 5_000), ['ada']);
});

test('keeps no channel that is not read', async () => {
  connect();
  const publish = async () => {
    const channel = sluice.channel('a');
    await channel.publish('x');
    return new WeakRef(channel);
  };
  const publishing = publish();
  await hub.greets();
  const { ref } = await hub.hears('publish');
  hub.says({ op: 'ok', ref, id: '1' });
  const channel = await publishing;
  await new Promise(resolve => setImmediate(resolve)); // A WeakRef holds its target until the end of the task.
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  assert.equal(channel.deref(), undefined);
});

test('keeps no channel that has ended', async () => {
  connect();
  const read = async () => {
    const channel = sluice.channel('a');
    const isOver = first(channel, 'sluice.complete');
    await hub.greets();
    const { ref } = await hub.hears('subscribe');
    hub.says({ op: 'ok', ref, cursor: '0' });
    hub.says({ op: 'closed', ref, channel: 'a', cursor: '1' });
    await isOver;
    return new WeakRef(channel);
  };
  const channel = await read();
  await hub.hears('unsubscribe');
  await new Promise(resolve => setImmediate(resolve));
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  assert.equal(channel.deref(), undefined);
});

test('refuses names that would lead to another path of the hub', async () => {
  const urls = [];
  hub.answer = (request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(`{"id":"${urls.push(request.url)}","cursor":"0","members":[]}`);
  connect({ transports: ['poll'] });
  for (const name of ['../../x', 'a/../b', '.', 'a//b', '', 'a/', 'half\ud800']) {
    await assert.rejects(sluice.stop(name), TypeError);
    await assert.rejects(sluice.channel(name).publish('x'), TypeError);
    await assert.rejects(sluice.channel(name).presence(), TypeError);
    assert.throws(() => sluice.author(name), TypeError);
  }
  await sluice.channel('a/..b').publish('x');
  assert.equal(urls.at(-1), '/channels/a/..b');
  assert.ok(urls.every(url => url.startsWith('/channels')), `${urls}`);
});

test('rejects a publish that is refused after its repetition as one that may have arrived', async () => {
  connect({ getToken: () => 'token' });
  const publishing = sluice.channel('a').publish('x');
  await hub.greets({ expiresInMs: 60_000 });
  await hub.hears('publish');
  hub.cuts();
  await hub.greets({ expiresInMs: 60_000 });
  const { ref } = await hub.hears('publish');
  hub.says({ op: 'error', ref, problem: { status: 401, title: 'Expired' }, retry: false });
  await assert.rejects(publishing, { status: 401, mayHaveArrived: true });
});

for (const [status, mayHaveArrived] of [[503, true], [429, false]]) {
  test(`says whether a publish that is refused after a ${status} may have arrived`, async () => {
    connect();
    const publishing = sluice.channel('a').publish('x');
    await hub.greets();
    const { ref } = await hub.hears('publish');
    hub.says({ op: 'error', ref, problem: { status, title: 'Not now' }, retry: true });
    const again = await hub.hears('publish');
    hub.says({ op: 'error', ref: again.ref, problem: { status: 403, title: 'No' }, retry: false });
    await assert.rejects(publishing, { status: 403, mayHaveArrived });
  });
}

test('says of no publish that it may have arrived because the one before it, which was sent alone, may', async () => {
  connect({ transports: ['poll'] });
  const sent = [];
  hub.answer = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method === 'GET') return void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"events":[],"cursor":"0"}');
    response.writeHead(sent.push(body) === 1 ? 504 : 403).end();
  };
  const [one, two] = ['1', '2'].map(data => sluice.channel('a').publish(data));
  await assert.rejects(within(5_000, 'an answer', one), { status: 403, mayHaveArrived: true });
  await assert.rejects(within(5_000, 'an answer', two), { status: 403, mayHaveArrived: false });
  assert.deepEqual(sent, ['1', '1', '2']);
});

test('passes the refusal of a closed channel on to no other one', async () => {
  connect({ transports: ['ndjson'], answerMs: 15_000 });
  const asked = [];
  const channel = sluice.channel('a', { after: '0' }).on('*', () => {});
  const closed = sluice.channel('b', { after: '0' }).on('*', () => {});
  hub.answer = (request, response) => {
    const names = new URL(request.url, hub.url).searchParams.getAll('name').join();
    if (names === 'sluice') { // Whether the hub can be reached.
      return void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"events":[],"cursor":"0"}');
    }
    asked.push(names);
    if (names === 'a') return void response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).write('\n');
    closed.close();
    response.writeHead(403, { 'Content-Type': 'application/problem+json' }).end('{"status":403,"title":"Not b"}');
  };
  await first(channel, 'open', undefined, 15_000);
  assert.deepEqual(asked, ['a,b', 'a']);
});

test('requests nothing for a channel that is closed before its request', async () => {
  connect({ transports: ['ndjson'], answerMs: 15_000 });
  const asked = [];
  hub.answer = (request, response) => {
    const name = new URL(request.url, hub.url).searchParams.get('name');
    if (name === 'sluice') { // Whether the hub can be reached.
      return void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"events":[],"cursor":"0"}');
    }
    asked.push(name);
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).write('\n');
  };
  await first(sluice.channel('a'), 'open');
  const closed = sluice.channel('b').on('*', () => {});
  await null; // Its request is prepared.
  closed.close();
  await first(sluice.channel('c'), 'open');
  assert.deepEqual(asked, ['a', 'c']);
});
