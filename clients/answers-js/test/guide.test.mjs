/** The code of docs/ai-frameworks.md: its server, its page with React's `useChat` in Chromium, and the routes of the other frameworks. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { HttpAgent } from '@ag-ui/client';
import { Client } from '@langchain/langgraph-sdk';
import { build } from 'esbuild';
import { Chromium } from '../../client-js/test/chromium.mjs';
import { blocks } from '../../client-js/test/guide.mjs';
import { TestHub } from '../../client-js/test/hub.mjs';
import { within } from '../../client-js/test/waiting.mjs';
import { client2 } from './mcp-tool.mjs';
import { SOON_MS, until } from './setup.mjs';
import { Site } from './site.mjs';

const GUIDE = 'ai-frameworks.md';
const HOME = fileURLToPath(new URL('../', import.meta.url));
const STYLE = 'body { font: 16px/1.5 sans-serif; max-width: 40em; margin: 2em auto } .user { color: #555 } .error { color: #b00 }';

let folder;
let target; // Inside this package, whose dependencies the bundles import.
let hub;
let browser;
let app;
let server;
let url;
const open = [];

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-ai-guide-`);
  await mkdir(`${HOME}target`, { recursive: true });
  target = await mkdtemp(`${HOME}target/guide-`);
  app = http.createServer(serve).listen(0, '127.0.0.1');
  await once(app, 'listening');
  url = `http://127.0.0.1:${app.address().port}`;
  await writeFile(`${folder}/sluice.toml`, `origins = ["${url}"]\n`);
  [hub, browser] = await Promise.all([TestHub.start({ folder: `${folder}/data`, config: `${folder}/sluice.toml` }), Chromium.start()]);
  process.env.SLUICE_URL = hub.url;
  ({ server } = await load('node.js'));
});

after(async () => {
  await browser?.stop();
  app?.closeAllConnections();
  app?.close();
  open.forEach(site => site.stop());
  await hub?.stop();
  for (const each of [folder, target]) if (each) await rm(each, { recursive: true, force: true });
});

/** The page, and behind it the guide's server. */
async function serve(request, response) {
  if (request.url.startsWith('/api/')) return server.emit('request', request, response);
  const isScript = request.url === '/page.js';
  const html = `<!doctype html><meta charset="utf-8"><title>Chat</title><style>${STYLE}</style><div id="app"></div><script type="module" src="/page.js"></script>`;
  response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html').end(isScript ? await page() : html);
}

/** The files of the guide, and those that are the reader's own: a model that writes a word each time it is told to. */
async function sources() {
  const [chats, post, stream, node, agUi, , langgraph, mcp] = await blocks(GUIDE, 'js');
  const [chat] = await blocks(GUIDE, 'jsx');
  return {
    'lib/chats.js': chats,
    'lib/model.js': `import { MockLanguageModelV4 } from 'ai/test';
      globalThis.models = [];
      export const model = new MockLanguageModelV4({ async doStream({ abortSignal }) {
        const stream = new ReadableStream({ start(controller) {
          const part = delta => controller.enqueue({ type: 'text-delta', id: '0', delta });
          controller.enqueue({ type: 'stream-start', warnings: [] });
          controller.enqueue({ type: 'text-start', id: '0' });
          const model = { say: part, end() {
            controller.enqueue({ type: 'text-end', id: '0' });
            controller.enqueue({ type: 'finish', finishReason: { unified: 'stop' }, usage: { inputTokens: { total: 1 }, outputTokens: { total: 2 } } });
            controller.close();
          } };
          model.stopped = new Promise(resolve => abortSignal.addEventListener('abort', () => { resolve(abortSignal.reason); controller.error(abortSignal.reason); }));
          globalThis.models.push(model);
        } });
        return { stream };
      } });`,
    'app/api/chat/route.js': post,
    'app/api/chat/[id]/stream/route.js': stream,
    'node.js': node,
    'ag-ui.js': agUi,
    'agent.js': `export async function* agent({ threadId, runId }) {
      yield { type: 'RUN_STARTED', threadId, runId };
      yield { type: 'RUN_FINISHED', threadId, runId };
    }`,
    'langgraph.js': langgraph,
    'graph.js': `export const graph = { async *stream(input, { streamMode }) {
      for (const mode of streamMode) yield [mode, input];
    } };`,
    'mcp.js': mcp,
    'server.js': `import { McpServer } from '@modelcontextprotocol/server';
      export const server = () => {
        const server = new McpServer({ name: 'guide', version: '1.0.0' });
        server.registerTool('greet', {}, () => ({ content: [{ type: 'text', text: 'Hello' }] }));
        return server;
      };`,
    'Chat.jsx': chat.replaceAll('https://hub.example', hub.url.replace(/\/$/, '')),
    'page.jsx': `import { createRoot } from 'react-dom/client'; import { Chat } from './Chat.jsx';
      createRoot(document.querySelector('#app')).render(<Chat id="chat-7" initialMessages={[]} />);`,
  };
}

async function bundle(entry, options) {
  const files = await sources();
  const plugin = {
    name: 'guide',
    setup(build) {
      build.onResolve({ filter: /^guide:/ }, ({ path }) => ({ path: path.replace('guide:', ''), namespace: 'guide' }));
      build.onResolve({ filter: /^\./, namespace: 'guide' }, ({ path, importer }) => ({ path: new URL(path, `file:///${importer}`).pathname.slice(1).replace('%5B', '[').replace('%5D', ']'), namespace: 'guide' }));
      build.onResolve({ filter: /^next\/server$/ }, () => ({ path: 'next', namespace: 'next' }));
      build.onLoad({ filter: /./, namespace: 'guide' }, ({ path }) => ({ contents: files[path], loader: path.endsWith('jsx') ? 'jsx' : 'js', resolveDir: HOME }));
      build.onLoad({ filter: /./, namespace: 'next' }, () => ({ contents: 'export const after = promise => { (globalThis.written ??= []).push(promise); };' }));
    },
  };
  const { outputFiles: [{ text }] } = await build({
    entryPoints: [`guide:${entry}`], bundle: true, write: false, format: 'esm', jsx: 'automatic', absWorkingDir: HOME,
    define: { 'process.env.NODE_ENV': '"production"' }, plugins: [plugin], ...options });
  return text;
}

async function load(entry) {
  const path = `${target}/${entry}`;
  await writeFile(path, await bundle(entry, { platform: 'node', packages: 'external', define: {} }));
  return import(path);
}

let script;
async function page() {
  return (script ??= await bundle('page.jsx', {}));
}

const models = () => globalThis.models ?? [];

/** Resolves when a tab shows exactly this. */
async function shows(tab, answer, button) {
  const now = `[...document.querySelectorAll('p, button')].map(each => each.textContent)`;
  const wanted = JSON.stringify([...answer, button]);
  await within(SOON_MS, wanted, tab.run(`new Promise(resolve => {
    const look = () => JSON.stringify(${now}) === ${JSON.stringify(wanted)} && resolve();
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
    look();
  })`)).catch(async error => {
    throw new Error(`${error.message}; the page shows ${JSON.stringify(await tab.run(now))}`);
  });
}

async function ask(tab, question) {
  const count = models().length + 1;
  await tab.run(`(form => { form.elements.question.value = ${JSON.stringify(question)}; form.requestSubmit(); })(document.forms[0])`);
  await until(() => models().length >= count, 'the model');
  return models()[count - 1];
}

async function screenshot(tab, name) {
  if (!process.env.SCREENSHOTS) return;
  const { data } = await tab.send('Page.captureScreenshot', { format: 'png' });
  await writeFile(`${process.env.SCREENSHOTS}/${name}.png`, Buffer.from(data, 'base64'));
}

test('shows the same in both languages', async () => {
  for (const language of ['js', 'jsx', 'sh']) {
    assert.deepEqual(await blocks('ai-frameworks.zh-CN.md', language), await blocks(GUIDE, language));
  }
});

test('shows an answer in React, which survives a reload, a second tab and a killed hub', async () => {
  const tab = await browser.open(`${url}/`);
  const model = await ask(tab, 'tell');
  model.say('Once ');
  model.say('upon ');
  await shows(tab, ['tell', 'Once upon '], 'Stop');
  await tab.go(`${url}/`);
  await shows(tab, ['Once upon '], 'Stop'); // Your server loads the messages before it.
  const other = await browser.open(`${url}/`);
  await shows(other, ['Once upon '], 'Stop');
  await hub.stop();
  model.say('a ');
  await hub.start();
  await shows(tab, ['Once upon a '], 'Stop');
  await screenshot(tab, 'writing');
  model.say('time');
  model.end();
  for (const each of [tab, other]) await shows(each, ['Once upon a time'], 'Send');
  await Promise.all([tab.close(), other.close()]);
});

test('stops the model from a second tab, after a reload, before its first word, and when all is over it can ask again', async () => {
  const tab = await browser.open(`${url}/`);
  const first = await ask(tab, 'first');
  first.say('half ');
  await shows(tab, ['first', 'half '], 'Stop');
  const other = await browser.open(`${url}/`);
  await shows(other, ['half '], 'Stop');
  await other.run(`document.querySelector('button').click()`);
  assert.equal((await within(SOON_MS, 'the stop', first.stopped)).end.status, 'stopped');
  await shows(other, ['half '], 'Send');
  await shows(tab, ['first', 'half '], 'Send');
  await screenshot(other, 'stopped');
  const second = await ask(tab, 'second');
  await shows(tab, ['first', 'half ', 'second', ''], 'Stop');
  await tab.run(`document.querySelector('button').click()`);
  await within(SOON_MS, 'the stop', second.stopped);
  await shows(tab, ['first', 'half ', 'second', ''], 'Send');
  await Promise.all([tab.close(), other.close()]);
});

test('shows the end that came while a tab was frozen', async () => {
  const tab = await browser.open(`${url}/`);
  const model = await ask(tab, 'sleep');
  model.say('half ');
  await shows(tab, ['sleep', 'half '], 'Stop');
  await tab.send('Page.setWebLifecycleState', { state: 'frozen' });
  model.say('whole');
  model.end();
  await Promise.all(globalThis.written);
  await tab.send('Page.setWebLifecycleState', { state: 'active' });
  await shows(tab, ['sleep', 'half whole'], 'Send');
  await tab.close();
});

test('serves the clients of AG-UI, LangGraph and MCP', async () => {
  const agent = await load('ag-ui.js');
  const agents = await Site.start(request => agent[request.method](request));
  open.push(agents);
  const client = new HttpAgent({ url: `${agents.url}/agent`, threadId: 'thread-7' });
  const ends = [];
  await client.runAgent({}, { onRunFinishedEvent: () => void ends.push('finished') });
  assert.deepEqual(ends, ['finished']);

  const { route } = await load('langgraph.js');
  const threads = await Site.start(route);
  open.push(threads);
  const parts = [];
  for await (const { event, data } of new Client({ apiUrl: threads.url, apiKey: null }).runs.stream('t', 'a', { input: { x: 1 } })) parts.push([event, data]);
  assert.deepEqual(parts.slice(1), [['values', { x: 1 }], ['updates', { x: 1 }]]);

  const { route: mcp, sessions } = await load('mcp.js');
  const tools = await Site.start(mcp);
  open.push(tools);
  for (const mode of ['legacy', { pin: '2026-07-28' }]) {
    const client = await client2(`${tools.url}/mcp`, mode);
    assert.equal((await client.callTool({ name: 'greet' })).content[0].text, 'Hello');
    await client.close();
  }
  await sessions.close();
});
