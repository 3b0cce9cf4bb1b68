/** The whole pages and programs of docs/client-js.md: in Chromium on a site of its own, and in Node as a package. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Chromium } from './chromium.mjs';
import { blocks, here, stopAll } from './guide.mjs';
import { TestHub } from './hub.mjs';
import { within } from './waiting.mjs';

const GUIDE = 'client-js.md';
const run = promisify(execFile);

let folder;
let hub;
let site;
let browser;

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-guide-`);
  site = http.createServer();
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  site.url = `http://127.0.0.1:${site.address().port}`;
  const [settings] = await blocks(GUIDE, 'toml');
  await writeFile(`${folder}/sluice.toml`, settings.replaceAll('https://shop.example', site.url));
  [hub, browser] = await Promise.all([TestHub.start({ config: `${folder}/sluice.toml` }), Chromium.start()]);
});

after(() => stopAll({ browser, hub, site, folder }));

test('works on a page of another origin, under a strict policy', async () => {
  const [page] = await blocks(GUIDE, 'html');
  const [program] = await blocks(GUIDE, 'js');
  const [policy] = await blocks(GUIDE, 'http');
  const [name, value] = here(policy, hub, site.url).trim().split(': ');
  site.on('request', ({ url }, response) => {
    response.setHeader(name, value);
    if (url === '/') response.setHeader('Content-Type', 'text/html').end(page);
    else if (url === '/chat.js') response.setHeader('Content-Type', 'text/javascript').end(here(program, hub, site.url));
    else response.writeHead(404).end();
  });
  const tab = await browser.open(`${site.url}/`);
  await within(10_000, 'hello', tab.run(`new Promise(resolve => {
    const messages = document.querySelector('#messages');
    const look = () => messages.textContent === 'hello' && resolve();
    new MutationObserver(look).observe(messages, { childList: true });
    look();
  })`));
  assert.deepEqual(await hub.all('chat/7'), ['hello']);
  const shown = await tab.run(`fetch('https://elsewhere.example/').catch(error => error.message)`);
  assert.match(shown, /Failed to fetch/, 'the policy is in force');

  await tabs();
});

/** Two tabs of that page, with one connection. */
async function tabs() {
  const code = (await blocks(GUIDE, 'js')).find(block => block.includes('share: true'));
  const begin = `(async () => {
    const { Sluice } = await import('${hub.url}client.js');
    const status = () => {};
    ${here(code, hub, site.url)}
    const channel = sluice.channel('tabs');
    globalThis.heard = new Promise(resolve => channel.on('message', event => resolve(event.data)));
    await new Promise(resolve => channel.on('open', resolve));
    return (await navigator.locks.query()).held.length;
  })()`;
  const [one, two] = [await browser.open(`${site.url}/`), await browser.open(`${site.url}/`)];
  await one.run(begin);
  assert.ok(await two.run(begin) >= 3, 'a lock for each of them, and one for who leads');
  await hub.publish('tabs', 'both');
  for (const tab of [one, two]) assert.equal(await within(10_000, 'both', tab.run('heard')), 'both');
}

test('works as a package in Node', async () => {
  const [install] = await blocks(GUIDE, 'sh');
  const program = (await blocks(GUIDE, 'js')).find(block => block.includes(`'sluice-client'`));
  const env = { ...process.env, npm_config_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
  assert.match(install, /^\.\/sluice package npm$/m);
  const pack = fileURLToPath(new URL('../../../packaging/npm/build.sh', import.meta.url));
  await run('sh', ['-ec', install.replace('./sluice package npm', `'${pack}' target/dist`)], { cwd: folder, env });
  await writeFile(`${folder}/program.mjs`, here(program, hub, site.url));
  await hub.publish('jobs', 'one', 'two', 'done');
  const { stdout } = await run('node', ['program.mjs'], { cwd: folder });
  assert.equal(stdout, 'one\ntwo\ndone\n');
});
