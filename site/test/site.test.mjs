/** What the build makes. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { deadLinks } from '../lib/links.mjs';
import { readJson } from '../lib/pages.mjs';
import { readSite } from '../lib/site.mjs';
import { addOlder } from '../lib/versions.mjs';
import { buildSite } from './built.mjs';

const FIRST_VIEW_MAX = 60_000;
const COMPRESSED_MAX = 512 << 10; // A hub compresses no larger files.

describe('the built site', () => {
  let site;
  let folder;
  let pages;
  const read = url => readFileSync(join(folder, url), 'utf8');

  before(async () => {
    site = await buildSite();
    folder = site.folder;
    pages = readdirSync(folder, { recursive: true }).filter(each => each.endsWith('.html'));
  });
  after(() => site.remove());

  test('has each page of the navigation, with its text', () => {
    for (const { url, title } of readSite().pages) {
      assert.ok(pages.includes(url), url);
      assert.match(read(url), /<h1/, url);
      assert.ok(title, url);
    }
  });

  test('links on each page to all groups of the navigation, and marks the page itself', () => {
    for (const url of pages) {
      const [nav] = /<nav class="side"[^]*?<\/nav>/.exec(read(url));
      assert.ok(nav.match(/<h2>/g).length >= 6, url);
      const isListed = !/(^|\/)(index|search)\.html$/.test(url) || /\/(decisions|benchmarks|evidence|examples)\//.test(`/${url}`);
      assert.equal((nav.match(/aria-current="page"/g) ?? []).length, isListed ? 1 : 0, url);
    }
  });

  test('says in Chinese which pages are in English', () => {
    assert.match(read('zh/index.html'), /<a href="\.\.\/protocol\.html" hreflang="en">[^<]+<span class="foreign">英文<\/span>/);
    assert.match(read('zh/index.html'), /<a href="deploy\.html">部署<\/a>/);
  });

  test('leads from a page to its translation', () => {
    assert.match(read('deploy.html'), /href="zh\/deploy\.html" hreflang="zh-CN"/);
    assert.match(read('zh/deploy.html'), /href="\.\.\/deploy\.html" hreflang="en"/);
    assert.match(read('protocol.html'), /href="zh\/index\.html" hreflang="zh-CN"/);
  });

  test('has no inline script or style, and loads nothing of other hosts', () => {
    for (const url of pages) {
      for (const [tag] of read(url).matchAll(/<(?!a\b)[a-z][^>]*>/g)) {
        assert.doesNotMatch(tag, /\s(?:style|on\w+)=/, url);
        assert.doesNotMatch(tag, /\s(?:src|srcset|href|poster)="(?:\w+:|\/)/, url);
        if (tag.startsWith('<script')) assert.match(tag, / src="/, url);
        assert.doesNotMatch(tag, /^<style/, url);
      }
    }
  });

  test('has a first view of at most 60 kB, compressed', () => {
    for (const url of pages) {
      const files = [...read(url).matchAll(/<(?:script|img|source|video|link rel="(?:stylesheet|icon)")[^>]*?\s(?:src|srcset|poster|href)="([^"]+)"/g)]
        .map(([, address]) => posix.normalize(posix.join(posix.dirname(url), address)))
        .filter(file => !file.endsWith('.webm')); // Loaded when it is played.
      const bytes = [url, ...new Set(files)].map(file => [file, sent(file)]);
      const dark = file => /-dark-/.test(file); // One of the two is loaded.
      const sum = bytes.filter(([file]) => !dark(file)).reduce((all, [, each]) => all + each, 0);
      assert.ok(sum <= FIRST_VIEW_MAX, `${url}: ${JSON.stringify(bytes)}`);
    }
  });

  function sent(file) {
    const bytes = readFileSync(join(folder, file));
    return /\.(?:html|css|js|svg|json)$/.test(file) ? gzipSync(bytes).length : bytes.length;
  }

  test('has parts of the search that a hub compresses', () => {
    for (const file of readdirSync(join(folder, 'search'))) assert.ok(statSync(join(folder, 'search', file)).size <= COMPRESSED_MAX, file);
  });

  test('names all pages for language models, and has their Markdown', () => {
    const { pages: all } = readSite();
    const index = read('llms.txt');
    const full = read('llms-full.txt');
    assert.match(index, /^# Sluice\n\n> \w/);
    for (const { url, file } of all.filter(({ isSearched, language }) => isSearched && language === 'en')) {
      assert.ok(index.includes(`](${url})`), url);
      assert.ok(full.includes(`<!-- ${file} -->`), file);
    }
    assert.ok(full.includes(readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8').trim()));
  });

  test('takes the sites of older versions into folders of their own', () => {
    const older = mkdtempSync(join(tmpdir(), 'sluice-older-'));
    try {
      cpSync(folder, older, { recursive: true });
      const [current] = readJson(join(folder, 'versions.json'));
      writeFileSync(join(older, 'versions.json'), '["0.9.0","0.8.0"]');
      cpSync(join(older, 'zh'), join(older, '0.8.0'), { recursive: true });

      addOlder(folder, [older]);

      assert.deepEqual(readJson(join(folder, 'versions.json')), [current, '0.9.0']);
      assert.ok(existsSync(join(folder, '0.9.0/zh/deploy.html')));
      assert.ok(!existsSync(join(folder, '0.9.0/0.8.0')));
    } finally {
      rmSync(older, { recursive: true });
      rmSync(join(folder, '0.9.0'), { recursive: true, force: true });
    }
  });

  test('notices links and anchors that lead nowhere', () => {
    assert.deepEqual(deadLinks(folder), []);
    writeFileSync(join(folder, 'broken.html'), '<h1 id="a">x</h1><a href="none.html">x</a><a href="start.html#none">x</a><a href="#a">x</a><img src="none.png">');
    assert.deepEqual(deadLinks(folder), ['broken.html: none.html', 'broken.html: start.html#none', 'broken.html: none.png']);
    rmSync(join(folder, 'broken.html'));
  });
});
