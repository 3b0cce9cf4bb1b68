/** What the build refuses, and how it renders a page. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readSite } from '../lib/site.mjs';

const POM = '<artifactId>sluice-parent</artifactId>\n<version>2.0.0</version>';

let project;
beforeEach(() => (project = mkdtempSync(join(tmpdir(), 'sluice-docs-'))));
afterEach(() => rmSync(project, { recursive: true }));

/** The site of these files. */
function site(files, pages = Object.keys(files).filter(file => file.endsWith('.md') && !file.endsWith('.zh-CN.md'))) {
  for (const [file, text] of Object.entries({ 'pom.xml': POM, ...files })) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
  return readSite(project, { groups: [{ name: { en: 'All', zh: '全部' }, pages }], notSearched: [] });
}

/** As much of a PNG picture as has its size. */
function picture(width, height) {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}

test('refuses a page that the navigation lacks', () => {
  assert.throws(() => site({ 'docs/a.md': '# A', 'docs/b.md': '# B' }, ['docs/a.md']), /lacks these pages: docs\/b\.md/);
});

test('refuses two pages with one address', () => {
  assert.throws(() => site({ 'docs/a.md': '# A', 'README.md': '# B' }, ['docs/a.md', { file: 'README.md', as: 'a' }]), /one address: a\.html/);
});

test('refuses a link to a file that does not exist', () => {
  assert.throws(() => site({ 'docs/a.md': '# A\n\n[b](none.md)' }), /'docs\/none\.md', which does not exist/);
});

test('leaves out what is not written yet', () => {
  const { pages, groups } = site({ 'docs/a.md': '# A' }, ['docs/a.md', 'docs/b.md', 'docs/r/', { folder: 'docs/s/', name: { en: 'S', zh: '乙' } }]);
  assert.deepEqual(pages.map(({ url }) => url), ['a.html']);
  assert.equal(groups[0].entries.length, 1);
});

test('takes each page of a folder, below its README, in a list, or beside others', () => {
  const { pages } = site({ 'docs/r/b.md': '# B', 'docs/r/a.md': '# A', 'docs/s/README.md': '# S', 'docs/s/c.md': '# C', 'docs/t/d.md': '# D' },
    [{ folder: 'docs/r/', name: { en: 'R', zh: '甲' } }, 'docs/s/', 'docs/t/']);
  assert.deepEqual(pages.map(({ url }) => url).sort(), ['r/a.html', 'r/b.html', 'r/index.html', 's/c.html', 's/index.html', 't/d.html', 'zh/r/index.html']);
});

test('leads to pages, to copies of files, and nowhere for folders', () => {
  const { pages, copies, version } = site({
    'docs/a.md': '# A\n\n[b](r/b.md#x) [c](../src/C.java) [d](../src) [e](https://e.example/) ![f](f.png)',
    'docs/a.zh-CN.md': '# 甲\n\n[b](r/b.md)',
    'docs/r/b.md': '# B\n\n## X\n\n[a](../a.zh-CN.md)',
    'docs/f.png': picture(1440, 900),
    'src/C.java': '',
  });
  const html = url => pages.find(each => each.url === url).html;
  assert.match(html('a.html'), /<a href="r\/b\.html#x">b<\/a> <a href="source\/src\/C\.java\.txt">c<\/a> d <a href="https:\/\/e\.example\/">/);
  assert.match(html('a.html'), /<img src="source\/docs\/f\.webp" width="1440" height="900"/);
  assert.match(html('zh/a.html'), /href="\.\.\/r\/b\.html"/);
  assert.match(pages.find(each => each.url === 'r/b.html').lead, /<a href="zh\/a\.html">/); // As seen from the home page.
  assert.match(html('r/b.html'), /href="\.\.\/zh\/a\.html"/);
  assert.deepEqual([...copies.keys()], ['source/src/C.java.txt', 'source/docs/f.webp']);
  assert.equal(version, '2.0.0');
});

test('gives headings the names of GitHub, and cells no style', () => {
  const { pages: [page] } = site({ 'docs/a.md': '# A\n\n## `x.y` & Z!\n\n## X y\n\n## X y\n\n| a | b |\n| --- | ---: |\n| 1 | <b>2</b> |\n' });
  assert.deepEqual(page.headings.map(({ id }) => id), ['a', 'xy--z', 'x-y', 'x-y-1']);
  assert.match(page.html, /<th class="right">b<\/th>/);
  assert.doesNotMatch(page.html, /style=/);
});

test('keeps code as it is, and colours it', () => {
  const { pages: [page] } = site({ 'docs/a.md': '# A\n\n```sh\necho "<a href=\'none.md\'>" {{ x }}\n```\n' });
  assert.match(page.html, /&lt;a href=/);
  assert.match(page.html, /\{\{ x \}\}/);
  assert.match(page.html, /<span class="h-built_in">echo<\/span>/);
});
