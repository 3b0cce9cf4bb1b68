/** The MCP SDK's own client and server, with a session's messages in a hub: a lost connection is not a cancel, and loses nothing. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { z } from 'zod';
import { SluiceEventStore } from 'sluice-answers/mcp';
import { TestHub } from '../../client-js/test/hub.mjs';
import { within } from '../../client-js/test/waiting.mjs';
import { Site } from './site.mjs';

const SOON_MS = 60_000;
const QUICK = { backoff: { first: 20, max: 200 }, answerMs: 5_000 };

let folder;
let hub;
let site;
const sessions = new Map();
const calls = []; // Of the tool, the newest last.

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-mcp-`);
  hub = await TestHub.start({ folder });
  site = await Site.start(route);
});

after(async () => {
  for (const { store } of sessions.values()) await store.close();
  site?.stop();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function route(request) {
  const id = request.headers.get('mcp-session-id');
  if (id && !sessions.has(id)) return new Response(null, { status: 404 });
  return (sessions.get(id) ?? (await open())).transport.handleRequest(request);
}

async function open() {
  const store = new SluiceEventStore({ url: hub.url, ...QUICK });
  const session = { store };
  session.transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID, eventStore: store, retryInterval: 20, onsessioninitialized: id => void sessions.set(id, session),
  });
  const server = new McpServer({ name: 'test', version: '1.0.0' });
  server.registerTool('count', { inputSchema: { to: z.number() } }, async ({ to }, { signal, sendNotification, _meta }) => {
    const call = { signal, progress: i => sendNotification({ method: 'notifications/progress', params: { progressToken: _meta.progressToken, progress: i, total: to } }) };
    const finished = new Promise(resolve => (call.finish = resolve));
    calls.push(call);
    await finished;
    return { content: [{ type: 'text', text: `counted to ${to}` }] };
  });
  await server.connect(session.transport);
  return session;
}

async function connect() {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const reconnectionOptions = { initialReconnectionDelay: 20, maxReconnectionDelay: 200, reconnectionDelayGrowFactor: 1, maxRetries: 100 };
  client.transport_ = new StreamableHTTPClientTransport(new URL(`${site.url}/mcp`), { reconnectionOptions });
  await client.connect(client.transport_);
  return client;
}

async function until(isSo, what) {
  let timer;
  await within(SOON_MS, what, new Promise(resolve => (timer = setInterval(() => isSo() && resolve(), 5)))).finally(() => clearInterval(timer));
}

/** Calls the tool, and collects its progress. */
async function call(client, to) {
  const seen = [];
  const count = calls.length;
  const result = client.callTool({ name: 'count', arguments: { to } }, undefined, { onprogress: ({ progress }) => seen.push(progress), timeout: 120_000 });
  await until(() => calls.length > count, 'the call');
  return { seen, result, tool: calls.at(-1) };
}

const upTo = to => Array.from({ length: to }, (_, i) => i);

test('passes on all progress and the result, while the connection is cut after each', async () => {
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

test('keeps its place when the connection is lost twice before any message', async () => {
  const client = await connect();
  const { seen, result, tool } = await call(client, 3);
  for (let lost = 0; lost < 2; lost++) {
    const requests = site.calls.length;
    site.cut();
    await until(() => site.calls.slice(requests).some(each => each.startsWith('GET') && each.endsWith('200')), 'the resume');
  }
  site.cut();
  for (let i = 0; i < 3; i++) await tool.progress(i); // Nobody is connected.
  tool.finish();
  assert.equal((await within(SOON_MS, 'the result', result)).content[0].text, 'counted to 3');
  assert.deepEqual(seen, upTo(3));
  await client.close();
});

test('goes on when the hub is killed', async () => {
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

test('cancels when the client says so', async () => {
  const client = await connect();
  const left = new AbortController();
  const count = calls.length;
  const result = client.callTool({ name: 'count', arguments: { to: 1 } }, undefined, { signal: left.signal });
  await until(() => calls.length > count, 'the call');
  left.abort('enough');
  await assert.rejects(result);
  await until(() => calls.at(-1).signal.aborted, 'the cancel');
  await client.close();
});

test('keeps the streams of a session apart, and sessions from each other', async () => {
  const [one, other] = [0, 1].map(() => new SluiceEventStore({ url: hub.url, ...QUICK }));
  const message = id => ({ jsonrpc: '2.0', id, result: {} });
  const first = await one.storeEvent('a', message(1));
  await one.storeEvent('b', message(2));
  await other.storeEvent('a', message(3));
  const last = await one.storeEvent('a', message(4));
  const sent = [];
  assert.equal(await one.replayEventsAfter(first, { send: async (id, { id: number }) => void sent.push([id, number]) }), 'a');
  assert.deepEqual(sent, [[last, 4]]);
  assert.equal(await one.getStreamIdForEventId(first), 'a');
  assert.equal(await one.getStreamIdForEventId('made-up'), undefined);
  await assert.rejects(one.replayEventsAfter('made-up', { send: async () => {} }), /no id/);
  await Promise.all([one.close(), other.close()]);
});

test('is told 404 for a session that is over, and 400 for an id that is none', async () => {
  const client = await connect();
  const headers = { 'mcp-session-id': client.transport_.sessionId, 'mcp-protocol-version': '2025-11-25', Accept: 'text/event-stream' };
  assert.equal((await fetch(`${site.url}/mcp`, { headers: { ...headers, 'Last-Event-ID': 'made-up' } })).status, 400);
  await client.transport_.terminateSession();
  assert.equal((await fetch(`${site.url}/mcp`, { headers })).status, 404);
  await client.close();
});
