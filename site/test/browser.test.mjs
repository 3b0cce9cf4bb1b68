/** The pages in Chromium: what one sees with and without a script, on wide and narrow screens, light and dark. */
import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Chromium } from '../../clients/client-js/test/chromium.mjs';
import { within } from '../../clients/client-js/test/waiting.mjs';
import { PROJECT } from '../lib/site.mjs';
import { buildSite } from './built.mjs';

const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml', '.webp': 'image/webp', '.png': 'image/png', '.webm': 'video/webm', '.txt': 'text/plain' };
const AXE = readFileSync(join(PROJECT, 'hub/server/src/test/js/node_modules/axe-core/axe.min.js'), 'utf8');
const PATIENCE_MS = 60_000;
const WIDE = [1440, 900];
const NARROW = [360, 740];
const PAGES = ['index.html', 'zh/index.html', 'start.html', 'zh/start.html', 'zh/deploy.html', 'protocol.html', 'evidence/index.html', 'decisions/index.html', 'search.html?q=backup', 'zh/search.html?q=%E5%8D%87%E7%BA%A7'];

describe('in a browser', () => {
  let site;
  let server;
  let base;
  let browser;

  before(async () => {
    site = await buildSite();
    server = createServer((request, response) => {
      const file = decodeURI(new URL(request.url, 'http://site').pathname.replace(/^\/docs\//, ''));
      try {
        const bytes = readFileSync(join(site.folder, file));
        const isText = !/\.(?:webp|png|webm)$/.test(file);
        response.writeHead(200, { 'Content-Type': `${TYPES[extname(file)]}; charset=utf-8`, ...(isText && { 'Content-Encoding': 'gzip' }) });
        response.end(isText ? gzipSync(bytes) : bytes);
      } catch (missing) {
        if (missing.code !== 'ENOENT') throw missing;
        response.writeHead(404).end();
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${server.address().port}/docs/`;
    browser = await Chromium.start();
  });
  after(async () => {
    await browser?.stop();
    server?.close();
    await site?.remove();
  });

  /** A page on a screen, which notes what its Content-Security-Policy forbids. */
  async function open(url, { size = WIDE, scheme = 'light', script = true } = {}) {
    const page = await browser.open('about:blank');
    await page.send('Emulation.setDeviceMetricsOverride', { width: size[0], height: size[1], deviceScaleFactor: 1, mobile: false });
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    await page.send('Page.addScriptToEvaluateOnNewDocument', {
      source: "window.violations = []; document.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.sample));",
    });
    if (!script) await page.send('Emulation.setScriptExecutionDisabled', { value: true });
    await visit(page, url);
    if (script && url.includes('?q=')) await until(page, "'ready' in document.documentElement.dataset");
    return page;
  }

  async function visit(page, url) {
    const isLoaded = browser.next('Page.loadEventFired', page.sessionId);
    await page.send('Page.navigate', { url: base + url });
    await within(PATIENCE_MS, `the load of ${url}`, isLoaded);
  }

  /** Asks from outside, as nothing runs in a page without scripts. */
  async function until(page, condition) {
    const end = performance.now() + PATIENCE_MS;
    while (!(await page.run(`Boolean(${condition})`))) assert.ok(performance.now() < end, `${condition}: not within ${PATIENCE_MS} ms`);
  }

  for (const scheme of ['light', 'dark']) {
    test(`is accessible, ${scheme}, and does nothing that its policy forbids`, async () => {
      for (const url of PAGES) {
        const page = await open(url, { size: scheme === 'light' ? WIDE : NARROW, scheme });
        await page.run(AXE);
        const violations = await page.run(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ': ' + nodes.map(node => node.html.slice(0, 160)).join(' | ')))`);
        assert.deepEqual(violations, [], url);
        assert.deepEqual(await page.run('violations'), [], url);
        await page.close();
      }
    });
  }

  test('is no wider than a phone', async () => {
    for (const url of PAGES) {
      const page = await open(url, { size: NARROW });
      const [width, seen] = await page.run('[document.documentElement.scrollWidth, document.documentElement.clientWidth]'); // A scroll bar takes the rest.
      assert.equal(width, seen, url);
      await page.close();
    }
  });

  test('opens the navigation on a phone, without a script', async () => {
    const page = await open('zh/deploy.html', { size: NARROW, script: false });
    const isShown = "document.querySelector('.side [aria-current]').checkVisibility()";
    assert.equal(await page.run(isShown), false);
    await click(page, '.top .menu');
    await until(page, isShown);
    assert.equal(await page.run("document.querySelector('.side [aria-current]').textContent"), '部署');
    await page.close();
  });

  test('can be read and navigated without a script', async () => {
    const page = await open('start.html', { script: false });
    assert.match(await page.run('document.querySelector("article").innerText'), /curl -d hello/);
    assert.equal(await page.run('document.getElementById("theme").checkVisibility()'), false);
    const isLoaded = browser.next('Page.loadEventFired', page.sessionId);
    await click(page, '.side a[href="transports.html"]');
    await within(PATIENCE_MS, 'the next page', isLoaded);
    assert.match(await page.run('document.querySelector("h1").innerText'), /transport/);

    await visit(page, 'search.html?q=backup');
    assert.match(await page.run('document.getElementById("all").innerText'), /The search needs JavaScript[^]*Deployment/);
    assert.ok(await page.run('document.querySelectorAll("#all a").length') > 200);
    await page.close();
  });

  test('searches while one types, and has the question in its address', async () => {
    const page = await open('search.html?q=nginx%20buffering');
    assert.equal(await page.run('document.querySelector("#results a").pathname'), '/docs/deploy.html');
    assert.ok(await page.run('document.querySelector("#results mark").textContent.length') > 2);
    assert.equal(await page.run('document.getElementById("all").checkVisibility()'), false);

    await page.run('document.getElementById("q").select()');
    await page.send('Input.insertText', { text: 'kubernetes' });
    await until(page, 'document.querySelector("#results a")?.pathname === "/docs/kubernetes.html"');
    assert.equal(await page.run('location.search'), '?q=kubernetes');

    await page.run('document.getElementById("q").select()');
    await page.send('Input.insertText', { text: 'qqxyzzy' });
    await until(page, 'document.getElementById("said").textContent.startsWith("Nothing found")');
    await page.close();
  });

  test('finds pages from the field on each page', async () => {
    const page = await open('zh/start.html');
    await page.run('document.getElementById("q").focus()');
    await page.send('Input.insertText', { text: '升级' });
    const isLoaded = browser.next('Page.loadEventFired', page.sessionId);
    await page.run('document.querySelector(".find").requestSubmit()');
    await within(PATIENCE_MS, 'the page of the search', isLoaded);
    await until(page, 'document.querySelector("#results a")?.pathname === "/docs/zh/upgrading.html"');
    await page.close();
  });

  test('remembers the colours', async () => {
    const page = await open('start.html');
    const ground = () => page.run('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.run("const theme = document.getElementById('theme'); theme.value = 'dark'; theme.onchange()");
    const dark = await ground();
    assert.notEqual(dark, light);
    await visit(page, 'deploy.html');
    assert.equal(await ground(), dark);
    await page.run('localStorage.clear()');
    await page.close();
  });

  test('loads at most 60 kB at first, and moves nothing', async () => {
    for (const url of ['index.html', 'zh/index.html', 'start.html', 'protocol.html']) {
      const page = await open(url);
      const { bytes, shift } = await page.run(`new Promise(resolve => {
        const found = { bytes: 0, shift: 0 };
        new PerformanceObserver(list => list.getEntries().forEach(each => (found.shift += each.value))).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => setTimeout(() => {
          for (const each of performance.getEntries()) found.bytes += each.encodedBodySize ?? 0;
          resolve(found);
        }));
      })`);
      assert.ok(bytes > 10_000 && bytes <= 60_000, `${url}: ${bytes} bytes`);
      assert.ok(shift <= 0.02, `${url}: ${shift}`);
      await page.close();
    }
  });

  test('offers the versions, and says where one is old', async () => {
    const older = mkdtempSync(join(tmpdir(), 'sluice-older-'));
    try {
      const [version] = JSON.parse(readFileSync(join(site.folder, 'versions.json')));
      cpSync(site.folder, join(older, version), { recursive: true });
      renameSync(join(older, version), join(site.folder, version));
      writeFileSync(join(site.folder, 'versions.json'), JSON.stringify(['9.0.0', version]));

      const page = await open(`${version}/zh/deploy.html`);
      await until(page, 'document.querySelector("#version select")');
      assert.deepEqual(await page.run('[...document.querySelectorAll("#version option")].map(each => each.value)'), ['9.0.0', version]);
      assert.equal(await page.run('document.querySelector("#version select").value'), version);
      assert.equal(await page.run('document.querySelector("#older a").href'), `${base}zh/deploy.html`);
      assert.equal(await page.run('document.getElementById("older").checkVisibility()'), true);

      const isLoaded = browser.next('Page.loadEventFired', page.sessionId);
      await page.run("const list = document.querySelector('#version select'); list.value = '9.0.0'; setTimeout(() => list.onchange())"); // Leaving the page at once would lose the answer.
      await within(PATIENCE_MS, 'the other version', isLoaded);
      assert.equal(await page.run('location.href'), `${base}zh/deploy.html`);
      await page.close();
    } finally {
      rmSync(older, { recursive: true });
    }
  });

  async function click(page, selector) {
    const { x, y } = await page.run(`(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect())`);
    for (const type of ['mousePressed', 'mouseReleased']) await page.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
  }
});
