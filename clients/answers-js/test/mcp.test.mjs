/** The MCP SDK's own clients and servers, with a session's messages in a hub: a lost connection is not a cancel, and loses nothing. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { SluiceEventStore } from 'sluice-answers/mcp';
import { SluiceMcpSessions } from 'sluice-answers/mcp/sessions';
import { TestHub } from '../../client-js/test/hub.mjs';
import { within } from '../../client-js/test/waiting.mjs';
import { call, calls, client1, client2, server1, server2, upTo } from './mcp-tool.mjs';
import { QUICK, SOON_MS, Setup, until } from './setup.mjs';
import { Site } from './site.mjs';

const setup = new Setup();
let hub;
let site;
let slow; // Before the hub; its answers are old when they arrive.
let sessions;
const stores = new Map(); // With the transport of each session, for version 1 of the SDK.

before(async () => {
  ({ hub, site } = await setup.start(route));
  slow = await Site.start(request => pass(request).finally(() => new Promise(resolve => setTimeout(resolve, 10))));
  sessions = new SluiceMcpSessions({ url: hub.url, server: server2, transport: { retryInterval: 20 }, ...QUICK });
});

after(async () => {
  for (const { store } of stores.values()) await store.close();
  slow?.stop();
  await sessions?.close();
  await setup.stop();
});

async function route(request) {
  if (new URL(request.url).pathname === '/2') return sessions.handle(request);
  const id = request.headers.get('mcp-session-id');
  if (id && !stores.has(id)) return new Response(null, { status: 404 });
  return (stores.get(id) ?? (await open1())).transport.handleRequest(request);
}

async function pass({ method, url }) {
  const { pathname, search } = new URL(url);
  const answer = await fetch(new URL(`.${pathname}${search}`, hub.url), { method, headers: { Accept: 'application/json' } });
  return new Response((await answer.text()) || null, { status: answer.status });
}

async function open1() {
  const store = new SluiceEventStore({ url: slow.url, sluice: setup.connect(hub.url), ...QUICK });
  const session = { store };
  session.transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID, eventStore: store, retryInterval: 20, onsessioninitialized: id => void stores.set(id, session),
  });
  await server1().connect(session.transport);
  return session;
}

/** Counts the streams that the client of a transport has resumed. */
function resumesOf(transport) {
  const resumes = { count: 0 };
  const { onmessage } = transport;
  transport.onmessage = (message, ...rest) => {
    if (message.method === 'notifications/cancelled') resumes.count++; // Repeats the place.
    return onmessage(message, ...rest);
  };
  return resumes;
}

for (const [sdk, connect] of [[1, () => client1(`${site.url}/1`)], [2, () => client2(`${site.url}/2`)]]) {
  test(`passes on all progress and the result, while the connection is cut after each (SDK ${sdk})`, async () => {
    const client = await connect();
    const { seen, result, tool } = await call(client, 20);
    for (let i = 0; i < 20; i++) {
      await tool.progress(i);
      await until(() => seen.length > i, `progress ${i}`);
      site.cut();
    }
    assert.equal(tool.signal.aborted, false, 'a lost connection does not cancel');
    tool.finish();
    assert.equal((await within(SOON_MS, 'the result', result)).content[0].text, 'counted to 20');
    assert.deepEqual(seen, upTo(20));
    await client.close();
  });

  test(`loses no message that is sent while the client resumes (SDK ${sdk})`, async () => {
    const client = await connect();
    const { seen, result, tool } = await call(client, 400);
    let left = 15; // The client gives up after 100 failures in a row, which a slow machine would reach.
    const cuts = setInterval(() => left-- > 0 && site.cut(), 40);
    for (let i = 0; i < 400; i++) await tool.progress(i);
    clearInterval(cuts);
    tool.finish();
    await within(SOON_MS, 'the result', result);
    assert.deepEqual(seen, upTo(400));
    await client.close();
  });

  test(`keeps its place when the connection is lost twice before any message (SDK ${sdk})`, async () => {
    const client = await connect();
    const resumes = resumesOf(client.transport);
    const { seen, result, tool } = await call(client, 3);
    for (let lost = 1; lost <= 2; lost++) {
      site.cut();
      await until(() => resumes.count === lost, `resume ${lost}`);
    }
    site.cut();
    for (let i = 0; i < 3; i++) await tool.progress(i); // Nobody is connected.
    tool.finish();
    assert.equal((await within(SOON_MS, 'the result', result)).content[0].text, 'counted to 3');
    assert.deepEqual(seen, upTo(3));
    await client.close();
  });

  test(`goes on when the hub is killed (SDK ${sdk})`, async () => {
    const client = await connect();
    const { seen, result, tool } = await call(client, 2);
    await tool.progress(0);
    await hub.stop();
    const progress = tool.progress(1);
    await hub.start();
    await progress;
    tool.finish();
    await within(SOON_MS, 'the result', result);
    assert.deepEqual(seen, [0, 1]);
    await client.close();
  });

  test(`cancels when the client says so (SDK ${sdk})`, async () => {
    const client = await connect();
    const left = new AbortController();
    const { result, tool } = await call(client, 1, left);
    left.abort('enough');
    await assert.rejects(result);
    await until(() => tool.signal.aborted, 'the cancel');
    await client.close();
  });

  test(`is told 404 for a session that is over, and 400 for an id that is none (SDK ${sdk})`, async () => {
    const client = await connect();
    const headers = { 'mcp-session-id': client.transport.sessionId, 'mcp-protocol-version': '2025-11-25', Accept: 'text/event-stream' };
    assert.equal((await fetch(`${site.url}/${sdk}`, { headers: { ...headers, 'Last-Event-ID': 'made-up' } })).status, 400);
    await client.transport.terminateSession();
    assert.equal((await fetch(`${site.url}/${sdk}`, { headers })).status, 404);
    await client.close();
  });
}

const message = id => ({ jsonrpc: '2.0', id, result: {} });

/** The ids of the events that a replay sends, each with the message's own; the first one repeats the place and has none. */
async function replay(store, after) {
  const sent = [];
  await store.replayEventsAfter(after, { send: async (id, { id: number }) => void sent.push([id, number]) });
  return sent;
}

test('keeps the streams of a session apart, and sessions from each other', async () => {
  const [one, other] = [0, 1].map(() => new SluiceEventStore({ url: hub.url, ...QUICK }));
  const first = await one.storeEvent('a', message(1));
  await one.storeEvent('b', message(2));
  await other.storeEvent('a', message(3));
  const last = await one.storeEvent('a', message(4));
  assert.deepEqual(await replay(one, first), [[first, undefined], [last, 4]]);
  assert.equal(await one.getStreamIdForEventId(first), 'a');
  assert.equal(await one.getStreamIdForEventId('made-up'), undefined);
  await assert.rejects(replay(one, 'made-up'), /no id/);
  await Promise.all([one.close(), other.close()]);
});

test('holds a message back until the earlier ones are sent again, and a replay that fails holds none', async () => {
  const store = new SluiceEventStore({ url: hub.url, prefix: 'held/', ...QUICK });
  const first = await store.storeEvent('a', message(0));
  const order = [];
  let stored;
  const send = async () => {
    stored ??= store.storeEvent('a', message(1)).then(() => order.push('stored'));
    await store.storeEvent('b', message(2)); // The hub has stored and acknowledged the one before, too.
  };
  await store.replayEventsAfter(first, { send }).then(() => order.push('sent again'));
  await stored;
  assert.deepEqual(order, ['sent again', 'stored']);
  const failing = { send: async () => { throw new Error('lost'); } };
  await assert.rejects(store.replayEventsAfter(first, failing), /lost/);
  await within(SOON_MS, 'the message', store.storeEvent('a', message(3)));
  await store.close();
});

test('sends all again when the node of a cluster that it reads is behind the one that stored', async () => {
  let behind = 2;
  const node = await Site.start(request => {
    if (request.method !== 'GET' || behind-- <= 0) return pass(request);
    return Response.json({ events: [], cursor: new URL(request.url).searchParams.get('after'), more: false });
  });
  const store = new SluiceEventStore({ url: node.url, sluice: setup.connect(hub.url), ...QUICK });
  const ids = [await store.storeEvent('a', message(0)), await store.storeEvent('a', message(1))];
  await store.storeEvent('b', message(2));
  assert.deepEqual(await replay(store, ids[0]), [[ids[0], undefined], [ids[1], 1]]);
  assert.deepEqual(await replay(store, ids[1]), [[ids[1], undefined]]);
  await store.close();
  node.stop();
});

test('leaves nothing of a session that ends while a message is on its way', async () => {
  const store = new SluiceEventStore({ url: hub.url, prefix: 'ended/', sluice: setup.connect(hub.url), ...QUICK });
  const stored = store.storeEvent('a', { jsonrpc: '2.0', id: 1, result: {} }); // Over a connection that is not open yet.
  await store.close();
  await stored;
  await assert.rejects(store.storeEvent('a', {}), /has ended/);
  assert.deepEqual(await channelsBelow('ended/'), []);
});

/** A request as a client of 2025-11-25 sends it. */
function post(message, headers = {}) {
  const all = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', 'MCP-Protocol-Version': '2025-11-25', ...headers };
  return new Request('http://localhost/', { method: 'POST', headers: all, body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }) });
}

const INITIALIZE = { method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } } };
const COUNT = { id: 2, method: 'tools/call', params: { name: 'count', arguments: { to: 1 } } };

/** Begins a session, and returns the header of its other requests. */
async function begin(of, options) {
  const response = await of.handle(post(INITIALIZE), options);
  await response.text();
  return { 'Mcp-Session-Id': response.headers.get('mcp-session-id') };
}

async function channelsBelow(prefix) {
  const { channels } = await (await fetch(`${hub.url}channels`, { headers: { Accept: 'application/json' } })).json();
  return channels.filter(({ name }) => name.startsWith(prefix));
}

test('ends the least recently used session at the limit, with its call and its messages', async () => {
  const limited = new SluiceMcpSessions({ url: hub.url, prefix: 'limited/', server: server2, sessionsMax: 2, ...QUICK });
  const [first, second] = [await begin(limited), await begin(limited)];
  const count = calls.length;
  const response = await limited.handle(post(COUNT, second));
  await until(() => calls.length > count, 'the call');
  await (await limited.handle(post({ method: 'ping' }, first))).text();
  const third = await begin(limited);
  assert.equal(calls.at(-1).signal.aborted, true);
  await response.text(); // Is over.
  assert.equal((await limited.handle(post({ method: 'ping' }, second))).status, 404);
  for (const each of [first, third]) assert.equal((await limited.handle(post({ method: 'ping' }, each))).status, 200);
  assert.deepEqual([limited.size, (await channelsBelow('limited/')).length], [2, 2]);
  await limited.close();
  assert.deepEqual([limited.size, await channelsBelow('limited/')], [0, []]);
});

test('ends no session of others for an owner who begins many', async () => {
  const limited = new SluiceMcpSessions({ url: hub.url, server: server2, sessionsMax: 5, ...QUICK });
  const ada = await begin(limited, { owner: 'ada' });
  for (let i = 0; i < 10; i++) await begin(limited, { owner: 'mallory' });
  assert.equal((await limited.handle(post({ method: 'ping' }, ada), { owner: 'ada' })).status, 200);
  assert.equal(limited.size, 5);
  await limited.close();
});

test('finds a session for its owner alone, and begins none for a request that is no beginning', async () => {
  const owned = new SluiceMcpSessions({ url: hub.url, server: server2, ...QUICK });
  const session = await begin(owned, { owner: 'ada' });
  for (const owner of [undefined, 'bob']) {
    const response = await owned.handle(post({ method: 'ping' }, session), { owner });
    assert.deepEqual([response.status, (await response.json()).error.code], [404, -32_001]);
  }
  assert.equal((await owned.handle(post({ method: 'ping' }, session), { owner: 'ada' })).status, 200);
  assert.equal((await owned.handle(post({ method: 'ping' }))).status, 400);
  assert.equal(owned.size, 1);
  const end = () => owned.handle(new Request('http://localhost/', { method: 'DELETE', headers: session }), { owner: 'ada' });
  assert.deepEqual((await Promise.all([end(), end()])).map(({ status }) => status), [200, 404]);
  assert.equal(owned.size, 0);
  await owned.close();
});

/** A token that is signed with this secret. */
function token(secret) {
  const encoded = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encoded({ alg: 'HS256', kid: 'app' })}.${encoded({ sub: 'mcp', exp: Math.floor(Date.now() / 1_000) + 600 })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

test('begins sessions again after the hub has refused a token', async () => {
  const [secret, wrong] = ['s'.repeat(64), 'w'.repeat(64)];
  await writeFile(`${setup.folder}/secret`, secret, { mode: 0o600 });
  await writeFile(`${setup.folder}/keys.toml`, `
    key = [{ kid = "app", algorithm = "HS256", secret_file = "${setup.folder}/secret" }]
    grant = [{ to = "authenticated", publish = ["**"], delete = ["**"] }]
  `);
  const guarded = await TestHub.start({ config: `${setup.folder}/keys.toml` });
  let signedWith = wrong;
  const sessions = new SluiceMcpSessions({ url: guarded.url, server: server2, getToken: () => token(signedWith), ...QUICK });
  try {
    assert.equal((await sessions.handle(post(INITIALIZE))).status, 400);
    signedWith = secret;
    assert.equal((await sessions.handle(post(INITIALIZE))).status, 200);
  } finally {
    await sessions.close();
    await guarded.stop();
  }
});

test('reports a hub that cannot delete the messages of a session', async () => {
  const errors = [];
  const sessions = new SluiceMcpSessions({ url: hub.url, server: server2, onError: error => errors.push(error), ...QUICK });
  await begin(sessions);
  await hub.stop();
  await sessions.close();
  await hub.start();
  assert.deepEqual([sessions.size, errors.length], [0, 1]);
});
