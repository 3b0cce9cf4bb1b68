/** A tool that does what a test tells it to, in servers of both versions of MCP's SDK, and the SDK's own clients. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer as McpServer1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { until } from './setup.mjs';

const NAME = { name: 'test', version: '1.0.0' };
const QUICK = { initialReconnectionDelay: 20, maxReconnectionDelay: 200, reconnectionDelayGrowFactor: 1, maxRetries: 100 };
const LONG_MS = 120_000;

/** Calls of the tool, the newest last. */
export const calls = [];

class Call {
  #notify;
  #meta;

  constructor(signal, notify, meta, to) {
    Object.assign(this, { signal, to });
    this.#notify = notify;
    this.#meta = meta;
    this.result = new Promise(resolve => (this.finish = () => resolve({ content: [{ type: 'text', text: `counted to ${to}` }] })));
    calls.push(this);
  }

  progress(progress) {
    const params = { progressToken: this.#meta.progressToken, progress, total: this.to };
    return this.#notify({ method: 'notifications/progress', params });
  }
}

export function server1() {
  const server = new McpServer1(NAME);
  server.registerTool('count', { inputSchema: { to: z.number() } }, ({ to }, { signal, sendNotification, _meta }) => new Call(signal, sendNotification, _meta, to).result);
  return server;
}

export function server2() {
  const server = new McpServer(NAME);
  server.registerTool('count', { inputSchema: z.object({ to: z.number() }) }, ({ to }, { mcpReq: { signal, notify, _meta } }) => new Call(signal, notify, _meta, to).result);
  return server;
}

/** A client of version 1 of the SDK. */
export async function client1(url) {
  const client = new Client1(NAME);
  const transport = new Transport1(new URL(url), { reconnectionOptions: QUICK });
  await client.connect(transport);
  return { transport, close: () => client.close(), callTool: (parameters, options) => client.callTool(parameters, undefined, options) };
}

/**
 * A client of version 2 of the SDK.
 *
 * @param mode how it negotiates the version of the protocol; 2025-11-25 without one
 */
export async function client2(url, mode) {
  const client = new Client(NAME, mode && { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(new URL(url), { reconnectionOptions: QUICK });
  await client.connect(transport);
  return { transport, close: () => client.close(), callTool: (parameters, options) => client.callTool(parameters, options) };
}

/** Calls the tool, and collects its progress. */
export async function call(client, to = 1, { signal } = {}) {
  const seen = [];
  const count = calls.length;
  const result = client.callTool({ name: 'count', arguments: { to } }, { signal, onprogress: ({ progress }) => seen.push(progress), timeout: LONG_MS });
  result.catch(() => {}); // A test that expects an error looks at it later.
  await until(() => calls.length > count, 'the call');
  return { seen, result, tool: calls.at(-1) };
}

export const upTo = to => Array.from({ length: to }, (_, i) => i);
