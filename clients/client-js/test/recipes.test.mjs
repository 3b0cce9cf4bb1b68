/**
 * docs/recipes: each page opens in Chromium on a site of its own, each backend publishes, and the page shows what the recipe says.
 * The first recipe begins with nothing, and is followed word by word.
 */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { Chromium } from './chromium.mjs';
import { here, stopAll } from './guide.mjs';
import { LAUNCHER, TestHub } from './hub.mjs';
import { Reader, awaitText, inCheckout, steps } from './walkthrough.mjs';

const RECIPES = new URL('../../../docs/recipes/', import.meta.url);
const FIRST = 'stream-an-answer.md';
const WORDS_MAX = 350;
const SECRET = '0123456789abcdef'.repeat(4);
const run = promisify(execFile);

/** How a backend runs a block of code, by its language, in a folder. */
const BACKENDS = {
  sh: (code, options) => run('bash', ['-ec', code], options),
  js: (code, options) => run('node', ['--input-type=module', '-e', code], options),
  python: (code, options) => run('python3', ['-c', code], options),
  java: async (code, options) => {
    await writeFile(`${options.cwd}/Publish.java`, code);
    const home = process.env.JAVA_HOME;
    return run(home ? `${home}/bin/java` : 'java', ['Publish.java'], options);
  },
};

const names = (await readdir(RECIPES)).filter(name => name.endsWith('.md') && !name.endsWith('.zh-CN.md'));
let folder;
let site;
let open; // A hub without keys, for most recipes.
let browser;
let page;

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-recipes-`);
  site = http.createServer(({ url }, response) => {
    if (url === '/token') response.end(token('alice'));
    else if (url === '/') response.setHeader('Content-Type', 'text/html').end(page);
    else response.writeHead(404).end();
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  site.url = `http://127.0.0.1:${site.address().port}`;
  [open, browser] = await Promise.all([hub('open', `origins = ["${site.url}"]\n`), Chromium.start()]);
});

after(() => stopAll({ browser, hub: open, site, folder }));

/** A hub with this configuration, in a folder with its files. */
async function hub(name, configuration) {
  await mkdir(`${folder}/${name}`);
  await writeFile(`${folder}/users.secret`, SECRET, { mode: 0o600 });
  const secret = configuration.replace('"users.secret"', JSON.stringify(`${folder}/users.secret`));
  await writeFile(`${folder}/${name}/sluice.toml`, secret);
  return TestHub.start({ config: `${folder}/${name}/sluice.toml` });
}

function token(sub) {
  const encode = value => Buffer.from(value).toString('base64url');
  const text = [{ alg: 'HS256', kid: 'users' }, { sub, exp: Math.floor(Date.now() / 1_000) + 600 }].map(JSON.stringify).map(encode).join('.');
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

/** The hub of a recipe that has its own configuration, with a new key in place of the one that the page shows. */
async function ownHub(name, toml) {
  const key = execFileSync(LAUNCHER, ['key', 'new', 'backend'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  const configuration = toml.replace(/sha256:[0-9a-f]{64}/, hash).replaceAll('https://shop.example', site.url);
  return Object.assign(await hub(name, configuration), { key });
}

async function connections(hub) {
  return (await (await fetch(`${hub.url}connections`)).json()).connections;
}

/** Resolves when a connection that is not among the old ones subscribes to something. */
async function subscribed(hub, old) {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline;) {
    const fresh = (await connections(hub)).filter(({ id }) => !old.some(each => each.id === id));
    if (fresh.some(({ channels }) => channels?.length)) return;
  }
  assert.fail('nobody subscribes');
}

test('are short, and have the same code in both languages', async () => {
  assert.ok(names.length >= 12);
  for (const name of names) {
    const code = async file => (await steps(`recipes/${file}`)).map(({ language, code }) => ({ language, code }));
    assert.deepEqual(await code(name.replace('.md', '.zh-CN.md')), await code(name), name);
    const words = (await readFile(new URL(name, RECIPES), 'utf8')).trim().split(/\s+/).length;
    assert.ok(words <= WORDS_MAX, `${name} has ${words} words`);
  }
});

test(FIRST, async () => {
  const own = await mkdtemp(`${tmpdir()}/sluice-recipe-`);
  const reader = new Reader({ browser, folder: own, ...await inCheckout(own) });
  try {
    await reader.follow(await steps(`recipes/${FIRST}`));
  } finally {
    reader.stop();
    await rm(own, { recursive: true, force: true, maxRetries: 5 });
  }
});

for (const name of names.filter(each => each !== FIRST)) {
  test(name, async () => {
    const blocks = await steps(`recipes/${name}`);
    const toml = blocks.find(({ language }) => language === 'toml');
    const its = toml ? await ownHub(name, toml.code) : open;
    const cwd = `${folder}/${name}-backend`;
    await mkdir(cwd);
    const env = { ...process.env, SLUICE_KEY: its.key };
    const adapt = code => here(code, its, site.url);
    try {
      page = adapt(blocks.find(({ language }) => language === 'html').code);
      const old = toml ? [] : await connections(its);
      const tab = await browser.open(`${site.url}/`);
      if (!toml) await subscribed(its, old);
      for (const { prose, language, code } of blocks) {
        const [, typed] = /Type `([^`]+)` and press Enter/.exec(prose) ?? [];
        if (typed) await tab.run(`(form => { form.elements[0].value = ${JSON.stringify(typed)}; form.requestSubmit(); })(document.forms[0])`);
        if (language === 'text') await awaitText(tab, code, { isAll: true });
        else if (language in BACKENDS) await BACKENDS[language](adapt(code), { cwd, env });
        else assert.ok(['html', 'toml'].includes(language), language);
      }
      assert.ok(blocks.some(({ language }) => language === 'text'), 'shows a result');
      await tab.close();
    } finally {
      if (toml) await its.stop();
      else await empty(its);
    }
  });
}

/** Deletes all channels: other recipes use the same names. */
async function empty(hub) {
  const { channels } = await (await fetch(`${hub.url}channels`)).json();
  for (const { name } of channels) {
    const { ok } = await fetch(`${hub.url}channels/${name}`, { method: 'DELETE' });
    assert.ok(ok, name);
  }
}
