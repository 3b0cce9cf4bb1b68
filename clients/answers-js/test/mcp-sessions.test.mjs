/** Which sessions end at the limit; no hub is needed until one of them has a stream. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { SluiceMcpSessions } from 'sluice-answers/mcp/sessions';
import { server2 } from './mcp-tool.mjs';

const post = (message, headers) => new Request('http://application/mcp', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers },
  body: JSON.stringify({ jsonrpc: '2.0', ...message }),
});

test('keeps the newest session where only one may be', async () => {
  const sessions = new SluiceMcpSessions({
    url: 'http://127.0.0.1:9/', server: server2, sessionsMax: 1, transport: { enableJsonResponse: true }, onError() {},
  });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  for (const owner of ['ada', 'ada', 'bob']) {
    const begun = await sessions.handle(post({ id: 1, method: 'initialize', params }), { owner });
    const headers = { 'Mcp-Session-Id': begun.headers.get('Mcp-Session-Id'), 'Mcp-Protocol-Version': '2025-11-25' };
    assert.equal((await sessions.handle(post({ method: 'notifications/initialized' }, headers), { owner })).status, 202);
    assert.equal(sessions.size, 1);
  }
  await sessions.close();
});
