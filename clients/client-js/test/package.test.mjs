/** The npm package as users get it: packed, installed in a project outside this checkout, bundled into a page, run by Node. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { publint } from 'publint';
import { Chromium } from './chromium.mjs';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';
import { within } from './waiting.mjs';

const HOME = fileURLToPath(new URL('../', import.meta.url));
const PACK = `${HOME}../../packaging/npm/build.sh`;
const { version } = JSON.parse(await readFile(`${HOME}package.json`, 'utf8'));

let folder;
let tarball;
let installed;

/** The output of a program that must end with 0. */
async function run(program, parameters, options) {
  const { stdout } = await promisify(execFile)(program, parameters, options).catch(error => {
    throw new Error(`${program} ${parameters.join(' ')}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-package-`);
  await run(PACK, [folder]);
  tarball = `${folder}/sluice-client-${version}.tgz`;
  await writeFile(`${folder}/package.json`, '{ "name": "program", "private": true, "type": "module" }');
  await run('npm', ['install', '--offline', '--no-save', tarball], { cwd: folder });
  installed = `${folder}/node_modules/sluice-client`;
});

after(() => rm(folder, { recursive: true, force: true }));

test('has the same bytes when packed again elsewhere', async () => {
  const other = `${folder}/other`;
  await mkdir(other);
  await run('bash', ['-c', `umask 077 && exec "$1" "$2"`, 'bash', PACK, other], { env: { ...process.env, TZ: 'Asia/Kathmandu', LC_ALL: 'POSIX' } });
  for (const name of await readdir(other)) {
    assert.ok((await readFile(`${other}/${name}`)).equals(await readFile(`${folder}/${name}`)), name);
  }
});

test('contains the module, its types, a README and the licence', async () => {
  const files = (await readdir(installed, { recursive: true, withFileTypes: true })).filter(each => each.isFile());
  assert.deepEqual(files.map(each => each.name).toSorted(), [
    'LICENSE', 'README.md', 'README.zh-CN.md', 'client.js', 'client.js.map', 'package.json', 'sluice.d.ts',
  ]);
  for (const name of ['README.md', 'README.zh-CN.md']) {
    const links = [...(await readFile(`${installed}/${name}`, 'utf8')).matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
    for (const link of links) assert.ok(await stat(`${installed}/${link}`), `${name} links to ${link}`);
  }
});

test('has a bill of materials that names its bytes', async () => {
  const { metadata } = JSON.parse(await readFile(`${tarball}.cdx.json`, 'utf8'));
  const [sum] = (await run('sha256sum', [tarball])).split(' ');
  assert.equal(metadata.component.hashes[0].content, sum);
  assert.equal(metadata.component.purl, `pkg:npm/sluice-client@${version}`);
});

test('is what publint and arethetypeswrong ask of a package', async () => {
  const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
  assert.deepEqual(messages, []);
  await run(`${HOME}node_modules/.bin/attw`, [tarball, '--profile', 'esm-only', '--no-color']);
});

const PROGRAM = `
  import { Sluice, SluiceError, type Event, type Gap } from 'sluice-client';
  const hub = new Sluice('http://127.0.0.1:8420/', { getToken: async () => 'token', backoff: { first: 10 } });
  export async function titles(): Promise<string[]> {
    const found: string[] = [];
    for await (const event of hub.channel<{ title: string }>('news', { last: 1 })) {
      if (event.type !== 'sluice.gap') found.push((event as Event<{ title: string }>).data.title);
      else found.push((event as Gap).reason);
    }
    return found;
  }
  hub.on('error', (error: SluiceError) => error.problem?.detail?.length);
  // @ts-expect-error JSON has no functions.
  hub.channel('news').publish(() => 1);
`;

for (const [moduleResolution, module] of [['node16', 'node16'], ['nodenext', 'nodenext'], ['bundler', 'esnext']]) {
  test(`has types that need nothing of a browser or of Node, with ${moduleResolution}`, async () => {
    const project = `${folder}/${moduleResolution}`;
    await mkdir(project);
    await writeFile(`${project}/program.ts`, PROGRAM);
    const compilerOptions = {
      module, moduleResolution, target: 'es2023', lib: ['es2023'], types: [], strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true,
    };
    await writeFile(`${project}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    await run(`${HOME}node_modules/.bin/tsc`, ['--project', project]);
  });
}

test('leaves nothing in a bundle that does not use it', async () => {
  const { outputFiles: [{ text }] } = await build({
    stdin: { contents: `import { Sluice } from 'sluice-client'; console.log(1);`, resolveDir: folder }, bundle: true, format: 'esm', write: false,
  });
  assert.doesNotMatch(text, /WebSocket|class/);
});

test('works in a page that esbuild bundles, and in Node without a browser\'s objects', async t => {
  const [hub, browser] = await Promise.all([TestHub.start(), Chromium.start()]);
  t.after(() => Promise.all([hub.stop(), browser.stop()]));
  const proxy = await HostileProxy.start(hub.url);
  t.after(() => proxy.stop());
  const use = `
    globalThis.sluice = new Sluice(url);
    const channel = sluice.channel(name, { after: 'earliest' });
    const arrived = new Promise(resolve => channel.on('message', resolve));
    await channel.publish({ text: 'hello' });
    const { data } = await arrived;
    sluice.close();`;
  const contents = `import { Sluice } from 'sluice-client';
    globalThis.use = async (url, name) => { ${use} return data.text; };`;
  const { outputFiles: [{ text }] } = await build({
    stdin: { contents, resolveDir: folder }, bundle: true, minify: true, format: 'iife', target: 'es2022', write: false,
  });
  proxy.pages = { '/bundled.html': ['text/html', `<!doctype html><title>bundled</title><script>${text.replaceAll('</', '<\\/')}</script>`] };
  const page = await browser.open(`${proxy.url}bundled.html`);
  assert.equal(await within(30_000, 'the page', page.run(`use(location.origin, 'package/page')`)), 'hello');

  await writeFile(`${folder}/program.mjs`, `import { Sluice } from 'sluice-client';
    if (globalThis.document || globalThis.window) throw new Error('a browser');
    const [url, name] = process.argv.slice(2);
    ${use}
    console.log(data.text);`);
  assert.equal(await run('node', ['--no-warnings', 'program.mjs', hub.url, 'package/node'], { cwd: folder, timeout: 30_000 }), 'hello\n');
});
