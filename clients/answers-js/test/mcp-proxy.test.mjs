/**
 * MCP behind a proxy that closes silent connections, with clients of each version of the protocol: comments hold a silent call open;
 * a real close cancels a call of 2026-07-28, and never one of 2025-11-25.
 */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import { SluiceMcpSessions } from 'sluice-answers/mcp/sessions';
import { within } from '../../client-js/test/waiting.mjs';
import { call, client2, server2, upTo } from './mcp-tool.mjs';
import { Nginx } from './nginx.mjs';
import { QUICK, SOON_MS, Setup, until } from './setup.mjs';

const MODERN = { pin: '2026-07-28' };

const setup = new Setup();
const resumed = []; // The paths of requests with a Last-Event-ID.
const routes = {};
let nginx;

before(async () => {
  const { folder, hub, site } = await setup.start(route);
  for (const [path, keepAliveMs] of [['/held', 200], ['/silent', 0]]) {
    const calls = createMcpHandler(server2, { legacy: 'reject', responseMode: 'sse', keepAliveMs });
    const sessions = new SluiceMcpSessions({ url: hub.url, server: server2, transport: { keepAliveMs, retryInterval: 20 }, ...QUICK });
    routes[path] = { calls, sessions };
  }
  nginx = await Nginx.start(folder, site.url, '2s');
});

after(async () => {
  await nginx?.stop();
  for (const { calls, sessions } of Object.values(routes)) await Promise.all([calls.close(), sessions.close()]);
  await setup.stop();
});

async function route(request) {
  const { pathname } = new URL(request.url);
  if (request.headers.has('Last-Event-ID')) resumed.push(pathname);
  const { calls, sessions } = routes[pathname];
  return (await isLegacyRequest(request)) ? sessions.handle(request) : calls.fetch(request);
}

const connect = (path, mode) => client2(`${nginx.url}${path}`, mode);
const cancelled = tool => until(() => tool.signal.aborted, 'the cancel');

async function finishes({ result, tool }) {
  tool.finish();
  assert.equal((await within(SOON_MS, 'the result', result)).content[0].text, `counted to ${tool.to}`);
}

test('2026-07-28: comments hold a silent call open for longer than one without them lasts, which the proxy cancels', async () => {
  const clients = await Promise.all([connect('/held', MODERN), connect('/silent', MODERN)]);
  const held = await call(clients[0]);
  const silent = await call(clients[1]);
  await cancelled(silent.tool);
  await assert.rejects(within(SOON_MS, 'the error', silent.result));
  assert.equal(held.tool.signal.aborted, false);
  await finishes(held);
  await Promise.all(clients.map(client => client.close()));
});

test('2026-07-28: a call is cancelled when its client gives it up or goes away, and no other', async () => {
  const [leaving, staying] = await Promise.all([connect('/held', MODERN), connect('/held', MODERN)]);
  const giveUp = new AbortController();
  const [first, second, other] = [await call(leaving, 1, giveUp), await call(leaving), await call(staying)];
  giveUp.abort('enough');
  await cancelled(first.tool);
  await assert.rejects(first.result);
  assert.equal(second.tool.signal.aborted, false);
  await leaving.close();
  await cancelled(second.tool);
  assert.equal(other.tool.signal.aborted, false);
  await finishes(other);
  await staying.close();
});

test('2025-11-25: the proxy closes a silent call, which is resumed and goes on; comments spare it that', async () => {
  const clients = await Promise.all([connect('/held'), connect('/silent')]);
  const held = await call(clients[0]);
  const silent = await call(clients[1], 3);
  await until(() => resumed.filter(path => path === '/silent').length >= 2, 'two resumes');
  assert.equal(silent.tool.signal.aborted, false);
  for (let i = 0; i < 3; i++) await silent.tool.progress(i);
  await finishes(silent);
  assert.deepEqual(silent.seen, upTo(3));
  await finishes(held);
  assert.equal(resumed.includes('/held'), false);
  await Promise.all(clients.map(client => client.close()));
});
