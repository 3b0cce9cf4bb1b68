/**
 * docs/tutorial.md, followed word by word with the program of this checkout, at free ports. With SLUICE_READER_ROOT, a
 * system in that folder, it is followed there from the archive on, at the ports of the page. With SLUICE_READER_SYSTEMD
 * as well, the number of that system's first process, it is followed from the Debian package on.
 */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Chromium } from './chromium.mjs';
import { Reader, inCheckout, steps } from './walkthrough.mjs';

const PAGE = 'tutorial.md';
const WORDS_MAX = { [PAGE]: 1_800, 'concepts.md': 900 };
const ROOT = process.env.SLUICE_READER_ROOT;
const SYSTEMD = process.env.SLUICE_READER_SYSTEMD;

const isOfArchive = ({ prose }) => /With the archive/.test(prose);
const isOfDebian = ({ prose }) => /With the Debian package/.test(prose);
const isOfOther = step => (isOfArchive(step) && (!ROOT || SYSTEMD)) || (isOfDebian(step) && !SYSTEMD);

test('has the same code in both languages, and is short', async () => {
  const code = async page => (await steps(page)).map(({ language, code }) => ({ language, code }));
  assert.deepEqual(await code('tutorial.zh-CN.md'), await code(PAGE));
  for (const [page, most] of Object.entries(WORDS_MAX)) {
    const text = await readFile(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
    assert.ok(text.trim().split(/\s+/).length <= most, page);
  }
});

test('works as it is written', async () => {
  const folder = ROOT ? `${ROOT}/root/board` : await mkdtemp(`${tmpdir()}/sluice-tutorial-`);
  const browser = await Chromium.start();
  const reader = new Reader({ browser, folder, ...ROOT ? inRoot() : await inCheckout(folder) });
  try {
    await reader.follow((await steps(PAGE)).filter(step => !isOfOther(step)));
  } finally {
    reader.stop();
    await browser.stop();
    if (!ROOT) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** For a reader on a system that has the package in `/root/board`, and no Sluice. */
function inRoot() {
  const path = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';
  if (SYSTEMD) {
    const namespaces = ['--mount', '--pid', '--net', '--ipc', '--uts', '--root', '--wd'];
    const enter = ['nsenter', '--target', SYSTEMD, ...namespaces, 'env', '-i', path];
    return { shell: [...enter, 'bash', '-c', 'cd /root/board && "$@"', 'bash'] };
  }
  const script = fileURLToPath(new URL('../../../proof/packaging/in-root', import.meta.url));
  // The shell is the first process there, which gets no signal without a handler.
  const first = ['bash', '-c', 'trap : INT; "$@"', 'bash'];
  return { shell: [script, '--env', path, '--folder', '/root/board', ROOT, ...first] };
}
