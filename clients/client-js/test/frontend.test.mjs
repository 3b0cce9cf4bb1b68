/** The pages of docs/frontend.md, in Chromium: each shows the events of a hub that is killed in between, each event once. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Chromium } from './chromium.mjs';
import { blocks, stopAll } from './guide.mjs';
import { TestHub } from './hub.mjs';
import { within } from './waiting.mjs';

const GUIDE = 'frontend.md';
const MODULES = new URL('frontend/node_modules/', import.meta.url);
const CLIENT = fileURLToPath(new URL('../src/sluice.js', import.meta.url));
const load = createRequire(MODULES);
const esbuild = load('esbuild');
const run = promisify(execFile);

const SCRIPTS = {
  '/assets/htmx.min.js': 'htmx.org/dist/htmx.min.js',
  '/assets/sse.js': 'htmx-ext-sse/sse.js',
  '/assets/ws.js': 'htmx-ext-ws/ws.js',
  '/assets/htmx4.min.js': 'htmx4/dist/htmx.min.js',
  '/assets/hx-sse.js': 'htmx4/dist/ext/hx-sse.js',
  '/assets/module.esm.js': 'alpinejs/dist/module.esm.js',
};

/** Pages that show a list of orders. */
const LISTS = ['htmx 2', 'htmx 4', 'Alpine', 'React', 'Vue', 'Svelte'];
const PRICES = 'htmx 2 over a WebSocket';

const files = new Map(); // What the site serves itself, by path: [type, text].
const tabs = new Map();
let folder;
let hub;
let site;
let browser;

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-frontend-`);
  for (const [path, file] of Object.entries(SCRIPTS)) {
    files.set(path, ['text/javascript', await readFile(new URL(file, MODULES), 'utf8')]);
  }
  const [sse, socket, htmx4, alpine] = await blocks(GUIDE, 'html');
  addPage('htmx 2', sse);
  addPage(PRICES, socket);
  addPage('htmx 4', htmx4);
  addPage('Alpine', alpine);
  await addApps();
  [hub, browser] = await Promise.all([
    TestHub.start({ folder: `${folder}/data`, settings: ['subscribe.sse_retry=1s'] }),
    Chromium.start(),
  ]);
  site = startSite();
  await once(site, 'listening');
});

after(() => stopAll({ browser, hub, site, folder }));

test('shows the same in both languages', async () => {
  for (const language of ['html', 'js', 'jsx', 'vue', 'svelte', 'sh']) {
    assert.deepEqual(await blocks('frontend.zh-CN.md', language), await blocks(GUIDE, language));
  }
});

for (const name of [...LISTS, PRICES]) {
  test(`${name} shows what there is, and what comes`, async () => {
    tabs.set(name, await browser.open(`${address()}${pathOf(name)}`));
    if (name === PRICES) {
      await price('acme', '12.50');
      await showsPrices('12.50', '–');
    } else {
      await order(name);
      await showsOrders(name);
    }
  });
}

test('goes on after the hub was killed', async () => {
  await hub.stop();
  await hub.start();
  await order('after the restart');
  await price('globex', '7.10');
});

for (const name of LISTS) test(`${name} resumes, and repeats nothing`, () => showsOrders(name));

test(`${PRICES} shows the newest of each key again`, () => showsPrices('12.50', '7.10'));

const orders = [];

async function order(text) {
  const [fragment, data] = await blocks(GUIDE, 'sh');
  orders.push(text);
  await publish(fragment.replace('order 1042', text));
  await publish(data.replace('1042', JSON.stringify(text)));
}

async function price(key, value) {
  const [, , command] = await blocks(GUIDE, 'sh');
  await publish(command.replaceAll('acme', key).replace('12.50', value));
}

/** Runs a command of the guide. */
async function publish(command) {
  const { stdout } = await run('sh', ['-ec', command.replace('localhost:8420', new URL(hub.url).host)]);
  assert.match(stdout, /"id":/);
}

function showsOrders(name) {
  return shows(tabs.get(name), 'li', orders);
}

function showsPrices(...prices) {
  return shows(tabs.get(PRICES), 'b', prices);
}

/** Resolves when these elements have exactly these texts. */
async function shows(tab, selector, texts) {
  const now = `[...document.querySelectorAll('${selector}')].map(each => each.textContent)`;
  await within(60_000, `${texts}`, tab.run(`new Promise(resolve => {
    const look = () => JSON.stringify(${now}) === ${JSON.stringify(JSON.stringify(texts))} && resolve();
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
    look();
  })`)).catch(async error => {
    throw new Error(`${error.message}; the page shows ${await tab.run(now)}`);
  });
}

function pathOf(name) {
  return `/${name.replaceAll(' ', '-')}`;
}

function addPage(name, text) {
  files.set(pathOf(name), ['text/html; charset=utf-8', text]);
}

/** Bundles the components of the guide, as a user's build does. */
async function addApps() {
  const [react, vue, svelte] = await blocks(GUIDE, 'js');
  const components = await Promise.all(['jsx', 'vue', 'svelte'].map(language => blocks(GUIDE, language)));
  const sources = {
    'React/useChannel.js': react,
    'React/main.jsx': components[0][0],
    'Vue/channel.js': vue,
    'Vue/Orders.vue': components[1][0],
    'Vue/main.jsx': `import { createApp } from 'vue'; import Orders from './Orders.vue'; createApp(Orders).mount('#app');`,
    'Svelte/channel.js': svelte,
    'Svelte/Orders.svelte': components[2][0],
    'Svelte/main.jsx': `import { mount } from 'svelte'; import Orders from './Orders.svelte';
      mount(Orders, { target: document.querySelector('#app') });`,
  };
  for (const name of ['React', 'Vue', 'Svelte']) {
    const { outputFiles: [bundle] } = await esbuild.build({
      entryPoints: [`guide:${name}/main.jsx`],
      bundle: true,
      write: false,
      format: 'esm',
      jsx: 'automatic',
      conditions: ['svelte'],
      nodePaths: [fileURLToPath(MODULES)],
      define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false',
        __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
      alias: { 'sluice-client': CLIENT },
      plugins: [ofGuide(sources)],
    });
    files.set(`${pathOf(name)}.js`, ['text/javascript', bundle.text]);
    addPage(name, `<!doctype html><title>${name}</title><div id="app"></div><script type="module" src="${pathOf(name)}.js"></script>`);
  }
}

/** The sources of the guide as files, compiled by the framework's compiler. */
function ofGuide(sources) {
  const resolveDir = fileURLToPath(new URL('frontend/', import.meta.url));
  return {
    name: 'guide',
    setup(build) {
      build.onResolve({ filter: /^guide:/ }, ({ path }) => ({ path: path.replace('guide:', ''), namespace: 'guide' }));
      build.onResolve({ filter: /^\.\//, namespace: 'guide' }, ({ path, importer }) => (
        { path: importer.replace(/[^/]*$/, path.slice(2)), namespace: 'guide' }));
      build.onLoad({ filter: /./, namespace: 'guide' }, ({ path }) => {
        const kind = path.replace(/.*\./, '');
        return { contents: compile[kind](sources[path], path), loader: kind === 'jsx' ? 'jsx' : 'js', resolveDir };
      });
    },
  };
}

const compile = {
  js: source => source,
  jsx: source => source,
  vue(source, filename) {
    const { parse, compileScript } = load('vue/compiler-sfc');
    return compileScript(parse(source, { filename }).descriptor, { id: filename, inlineTemplate: true, isProd: true }).content;
  },
  svelte: (source, filename) => load('svelte/compiler').compile(source, { filename }).js.code,
};

function address() {
  return `http://127.0.0.1:${site.address().port}`;
}

/** An application with its pages, and a proxy of the hub: while the hub is away, it answers 502. */
function startSite() {
  const { port } = new URL(hub.url);
  const server = http.createServer((request, response) => {
    const file = files.get(request.url);
    if (file) return response.setHeader('Content-Type', file[0]).end(file[1]);
    const { method, headers, url } = request;
    const upstream = http.request({ port, host: '127.0.0.1', method, headers, path: url }, answer => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    upstream.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  });
  server.on('upgrade', (request, socket) => {
    const upstream = net.connect(port, '127.0.0.1');
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let i = 0; i < request.rawHeaders.length; i += 2) lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
    upstream.pipe(socket).pipe(upstream);
    for (const [one, other] of [[socket, upstream], [upstream, socket]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  return server.listen(0, '127.0.0.1');
}
