/** The npm package as users get it, and its types. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';

const HOME = fileURLToPath(new URL('../', import.meta.url));
const { version } = JSON.parse(await readFile(`${HOME}package.json`, 'utf8'));

let folder;

/** The output of a program that must end with 0. */
async function run(program, parameters, options) {
  const { stdout } = await promisify(execFile)(program, parameters, options).catch(error => {
    throw new Error(`${program} ${parameters.join(' ')}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-answers-package-`);
  await run(`${HOME}../../packaging/npm/build.sh`, [folder]);
  await run('tar', ['xzf', `sluice-answers-${version}.tgz`], { cwd: folder });
});

after(() => rm(folder, { recursive: true, force: true }));

test('contains all that its exports name, and is what publint asks of a package', async () => {
  const { messages } = await publint({ pkgDir: `${folder}/package`, pack: false, strict: true });
  assert.deepEqual(messages, []);
  for (const name of ['README.md', 'README.zh-CN.md', 'LICENSE']) assert.ok(await readFile(`${folder}/package/${name}`));
});

test('needs the version of the client that is packed with it', async () => {
  const { peerDependencies } = JSON.parse(await readFile(`${folder}/package/package.json`, 'utf8'));
  const client = JSON.parse(await readFile(`${HOME}../client-js/package.json`, 'utf8'));
  assert.deepEqual([peerDependencies['sluice-client'], version], [client.version, client.version]);
});

const PROGRAM = `
  import { useChat } from '@ai-sdk/react';
  import type { UIMessage } from 'ai';
  import { HttpAgent, type RunAgentInput } from '@ag-ui/client';
  import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
  import { Sluice } from 'sluice-client';
  import { SluiceChats, type ChunkStream } from 'sluice-answers/ai-sdk';
  import { SluiceChatTransport } from 'sluice-answers/ai-sdk/transport';
  import { SluiceRuns } from 'sluice-answers/ag-ui';
  import { SluiceAgent } from 'sluice-answers/ag-ui/agent';
  import { SluiceThreads } from 'sluice-answers/langgraph';
  import { McpServer, WebStandardStreamableHTTPServerTransport as Transport2 } from '@modelcontextprotocol/server';
  import { SluiceEventStore } from 'sluice-answers/mcp';
  import { SluiceMcpSessions } from 'sluice-answers/mcp/sessions';
  const url = 'http://127.0.0.1:8420/';
  const sluice = new Sluice(url);
  const chats = new SluiceChats({ url, lease: 15, getToken: () => 'token' });
  export const POST = (request: Request, messages: UIMessage[], stream: ChunkStream) =>
    chats.respond(request, { chatId: '7', messages, stream: ({ abortSignal }) => (abortSignal.aborted ? stream : { stream, usage: 1 }) });
  export const useIt = () => useChat({ transport: new SluiceChatTransport<UIMessage>({ sluice, pace: 4 }), resume: true });
  export const runs = (request: Request, input: RunAgentInput) =>
    new SluiceRuns({ url }).respond(request, { input, events: () => new SluiceAgent({ url, sluice }).run(input) });
  export const agent: HttpAgent = new SluiceAgent({ url, sluice });
  export const threads = new SluiceThreads({ url, async *stream({ runId }) { yield ['values', runId] as const; } });
  export const transport = new WebStandardStreamableHTTPServerTransport({ eventStore: new SluiceEventStore({ url }) });
  export const transport2 = new Transport2({ eventStore: new SluiceEventStore({ url }) });
  export const sessions = (request: Request) => new SluiceMcpSessions({
    url, sessionsMax: 10, transport: { keepAliveMs: 1_000 }, server: ({ era }) => new McpServer({ name: era, version: '1' }),
  }).handle(request, { owner: 'ada', authInfo: undefined });
  // @ts-expect-error There is no such option.
  new SluiceChats({ url, leese: 15 });
`;

test('has types that fit those of the frameworks', async () => {
  await mkdir(`${HOME}target`, { recursive: true });
  const project = await mkdtemp(`${HOME}target/types-`);
  try {
    await writeFile(`${project}/program.ts`, PROGRAM);
    const compilerOptions = {
      module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable'], types: ['node'], strict: true, skipLibCheck: true, noEmit: true,
    };
    await writeFile(`${project}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    await run(`${HOME}node_modules/.bin/tsc`, ['--project', project]);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
});
