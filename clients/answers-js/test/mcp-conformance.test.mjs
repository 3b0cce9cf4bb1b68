/**
 * MCP's conformance tests, unmodified, against a server as the guide makes it, for both versions of the protocol. What does not pass is
 * named in conformance/VERSION.yaml with its reason; the program fails on any other failure, and on one that is named and passes.
 */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  createMcpHandler, hostHeaderValidationResponse, isLegacyRequest, localhostAllowedHostnames, localhostAllowedOrigins, originValidationResponse,
} from '@modelcontextprotocol/server';
import { SluiceMcpSessions } from 'sluice-answers/mcp/sessions';
import { everything } from './mcp-everything.mjs';
import { QUICK, Setup } from './setup.mjs';

const HOME = fileURLToPath(new URL('conformance/', import.meta.url));
const PROGRAM = ['node_modules/@modelcontextprotocol/conformance/dist/index.js', 'server'];

const setup = new Setup();
let calls;
let sessions;

before(async () => {
  const { hub } = await setup.start(route);
  const server = () => everything(calls.notify);
  calls = createMcpHandler(server, { legacy: 'reject', responseMode: 'sse' });
  sessions = new SluiceMcpSessions({ url: hub.url, server, transport: { retryInterval: 500 }, ...QUICK });
});

after(async () => {
  await calls?.close();
  await sessions?.close();
  await setup.stop();
});

async function route(request) {
  const rejected = hostHeaderValidationResponse(request, localhostAllowedHostnames()) ?? originValidationResponse(request, localhostAllowedOrigins());
  if (rejected) return rejected;
  return (await isLegacyRequest(request)) ? sessions.handle(request) : calls.fetch(request);
}

/** What has not passed, as the program writes it in a folder for each scenario. */
async function failures(folder) {
  const all = await Promise.all((await readdir(folder)).map(async each => {
    const checks = JSON.parse(await readFile(`${folder}/${each}/checks.json`, 'utf8'));
    return checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING').map(({ id, errorMessage }) => `${each} ${id}: ${errorMessage}`);
  }));
  return all.flat().join('\n');
}

for (const version of ['2025-11-25', '2026-07-28']) {
  test(`meets the requirements of ${version}`, async () => {
    const results = `${setup.folder}/${version}`;
    const parameters = ['--url', `${setup.site.url}/mcp`, '--requirements', version, '--expected-failures', `${version}.yaml`, '-o', results];
    const program = spawn('node_modules/node/bin/node', [...PROGRAM, ...parameters], { cwd: HOME, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [program.stdout, program.stderr]) stream.setEncoding('utf8').on('data', text => (output += text));
    const [code] = await once(program, 'close');
    assert.equal(code, 0, `${output}\n${await failures(results)}`);
  });
}
