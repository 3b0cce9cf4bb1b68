/** The build under dist/, and its size in the README. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { bundle } from '../bundle.mjs';

const HOME = new URL('../', import.meta.url);
const text = path => readFile(new URL(path, HOME), 'utf8');

test('has the build that its sources make', async () => {
  const files = await bundle();
  assert.deepEqual((await readdir(new URL('dist/', HOME))).map(name => `dist/${name}`).toSorted(), [...files.keys()].toSorted());
  for (const [path, made] of files) assert.ok(await text(path) === made, `${path} is not what src/ makes: npm run build`);
});

test('leads from the build to its sources', async () => {
  const [, url] = /\n\/\/# sourceMappingURL=(.+)\n$/.exec(await text('dist/client.js'));
  const { sources, sourcesContent } = JSON.parse(await text(`dist/${url}`));
  assert.deepEqual(sources.map(source => source.replace('../src/', '')).toSorted(), (await readdir(new URL('src/', HOME))).toSorted());
  for (const [i, source] of sources.entries()) assert.equal(sourcesContent[i], await text(`dist/${source}`));
});

test('is as small as it is said to be', async () => {
  const bytes = gzipSync(await text('dist/client.js')).length;
  for (const [page, said] of [['README.md', /([\d.]+) KB minified/], ['README.zh-CN.md', /([\d.]+) KB。/]]) {
    const [, kilobytes] = said.exec(await text(page));
    assert.ok(bytes <= kilobytes * 1_000, `${page} says ${kilobytes} KB, there are ${bytes} bytes`);
  }
});
