/**
 * examples/answers in Chromium, started as its README says: reloads, a stop, a second device, and a kill -9 of the hub and of the
 * backend while answers are written, with every token counted. Two models are the example's; the third is this test's, by OpenAI's
 * protocol, and writes a token when it is told to.
 */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Chromium } from '../../client-js/test/chromium.mjs';
import { LAUNCHER } from '../../client-js/test/hub.mjs';
import { freePort } from '../../client-js/test/walkthrough.mjs';
import { within } from '../../client-js/test/waiting.mjs';

const EXAMPLE = new URL('../../../examples/answers/', import.meta.url);
const CLIENT = fileURLToPath(new URL('../../client-js', import.meta.url));
const SOON_MS = 60_000;
const { preparedText, tokensOf } = await import(new URL('models.mjs', EXAMPLE));
const prepared = await import(new URL('prepared.mjs', EXAMPLE));

let folder;
let program;
let browser;
let device; // A second one.
let hub;
let url;
const pids = {}; // Of the hub and the backend, as they are now.
let onLine = () => {};

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/sluice-example-`);
  for (const each of ['start.mjs', 'server.mjs', 'models.mjs', 'prepared.mjs', 'package.json', 'sluice.toml', 'page']) {
    await cp(new URL(each, EXAMPLE), `${folder}/${each}`, { recursive: true });
  }
  await mkdir(`${folder}/node_modules`);
  await symlink(CLIENT, `${folder}/node_modules/sluice-client`);
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const [PORT, HUB_PORT] = [String(await freePort()), String(await freePort())];
  [url, hub] = [`http://localhost:${PORT}`, `http://localhost:${HUB_PORT}`];
  [browser, device] = await Promise.all([Chromium.start(), Chromium.start(), start({ PORT, HUB_PORT })]);
});

after(async () => {
  await Promise.all([browser?.stop(), device?.stop()]);
  if (program?.kill()) await once(program, 'exit');
  provider.closeAllConnections();
  provider.close();
  if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** As `npm start` does. Resolves when the backend says where to open it. */
async function start(ports) {
  const env = {
    ...process.env, ...ports, SLUICE_LAUNCHER: LAUNCHER, SLUICE_JAVA_OPTS: '-XX:TieredStopAtLevel=1', SLUICE_LIMITS_LOOP_DELAY_MAX: '10m',
    OPENAI_API_KEY: 'secret', OPENAI_BASE_URL: `http://127.0.0.1:${provider.address().port}/v1`, OPENAI_MODEL: 'scripted', PREPARED_SPEED: '20',
  };
  program = spawn(process.execPath, ['start.mjs'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface(program.stdout).on('line', line => {
    const [, pid, name] = /^kill -9 (\d+) {2}# ends the (\w+)$/.exec(line) ?? [];
    if (pid) pids[name] = Number(pid);
    onLine(line);
  });
  await within(SOON_MS, 'the backend', Promise.race([isPrinted(isOpen), once(program, 'exit').then(([code]) => assert.fail(`it ended: ${code}`))]));
}

const isOpen = line => line === `Open ${url}/`;

function isPrinted(isWanted) {
  return new Promise(resolve => (onLine = line => isWanted(line) && resolve()));
}

/** Resolves when it has been started again. */
async function killNow(name) {
  const killed = pids[name];
  const started = isPrinted(line => (name === 'hub' ? pids.hub !== killed : isOpen(line)));
  process.kill(killed, 'SIGKILL');
  return within(SOON_MS, `${name} starts again`, started);
}

/** A server with OpenAI's protocol, whose model is told what to write. */
const models = [];
const provider = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const send = data => response.write(`data: ${JSON.stringify(data)}\n\n`);
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
  models.push({
    asked: JSON.parse(body),
    authorization: request.headers.authorization,
    said: [],
    gone: new Promise(resolve => response.on('close', resolve)),
    say(...tokens) {
      this.said.push(...tokens);
      for (const content of tokens) send({ choices: [{ delta: { content } }] });
    },
    finish() {
      send({ choices: [{ delta: {}, finish_reason: 'stop' }] });
      send({ choices: [], usage: { completion_tokens: this.said.length } });
      response.end('data: [DONE]\n\n');
    },
  });
  onAsked();
});
let onAsked = () => {};

/** Types a question, and resolves with the scripted model's side of it. */
async function ask(tab, question) {
  const asked = new Promise(resolve => (onAsked = () => resolve(models.at(-1))));
  await tab.run(`(form => { form.elements.question.value = ${JSON.stringify(question)}; form.requestSubmit(); })(document.querySelector('#ask'))`);
  return within(SOON_MS, 'the question', asked);
}

const words = (from, to) => Array.from({ length: to - from }, (_, i) => `w${from + i} `);

/** What the newest card of a model shows. */
const CARD = name => `(card => card && {
  state: card.dataset.state, text: card.querySelector('.text').textContent, pill: card.querySelector('.pill').textContent,
  why: card.querySelector('.why').textContent, figures: card.querySelector('.figures').textContent,
})([...document.querySelectorAll('.answer')].findLast(each => each.querySelector('h3').textContent === ${JSON.stringify(name)}))`;

/** Resolves with it when it has these values. */
async function shows(tab, name, wanted) {
  const look = `new Promise(resolve => {
    const look = () => {
      const card = ${CARD(name)};
      if (!card || Object.entries(${JSON.stringify(wanted)}).some(([key, value]) => card[key] !== value)) return;
      changes.disconnect();
      resolve(card);
    };
    const changes = new MutationObserver(look);
    changes.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
  })`;
  return within(SOON_MS, `${name}: ${JSON.stringify(wanted)}`, tab.run(look)).catch(async error => {
    throw new Error(`${error.message}; it shows ${JSON.stringify(await tab.run(CARD(name)))}`);
  });
}

const press = (tab, name) => tab.run(`[...document.querySelectorAll('.answer')].findLast(each => each.querySelector('h3').textContent === ${JSON.stringify(name)}).querySelector('.stop').click()`);

const PREPARED = { torrent: 'Torrent', brook: 'Brook' };

/** The prepared answers are whole: each token once, on the page and in the log. */
async function preparedAreWhole(tab, question) {
  for (const [id, name] of Object.entries(PREPARED)) {
    const text = preparedText(prepared[id], question);
    const { figures } = await shows(tab, name, { state: 'done', text });
    assert.match(figures, new RegExp(`^${tokensOf(text).length} tokens`));
    assert.deepEqual(await tokensInLog(tab, id), tokensOf(text));
  }
}

const chatOf = tab => tab.run('location.pathname.split("/").at(-1)');

async function token(chat, reader = 'otter-0000') {
  return (await fetch(`${url}/chats/${chat}/token`, { method: 'POST', body: reader })).text();
}

/** All events of a type that a channel of the conversation has. */
async function read(chat, channel, type) {
  const headers = { Authorization: `Bearer ${await token(chat)}` };
  const events = [];
  for (let after = 'earliest', more = true; more;) {
    const page = await (await fetch(`${hub}/channels/${channel}?after=${after}&type=${type}&limit=1000`, { headers })).json();
    events.push(...page.events);
    ({ cursor: after, more } = page);
  }
  return events;
}

/** The id of a model's newest answer. */
async function newestAnswer(chat, model) {
  return (await read(chat, `conversations/${chat}`, 'answer')).findLast(({ key }) => key.includes(`.${model}.`)).key;
}

/** Its pieces, one for each event. */
async function tokensInLog(tab, model) {
  const chat = await chatOf(tab);
  return (await read(chat, `answers/${chat}/${await newestAnswer(chat, model)}`, 'delta')).map(({ data }) => data);
}

async function screenshot(tab, name, { width = 1440, height = 900, scheme = 'light' } = {}) {
  if (!process.env.SCREENSHOTS) return;
  await tab.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  await tab.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  const { data } = await tab.send('Page.captureScreenshot', { format: 'png' });
  await writeFile(`${process.env.SCREENSHOTS}/${name}.png`, Buffer.from(data, 'base64'));
  await tab.send('Emulation.clearDeviceMetricsOverride');
}

test('an answer survives a reload, is the same on a second device, and is stopped there at once', async () => {
  const tab = await browser.open(`${url}/`);
  await screenshot(tab, 'empty');
  const question = 'Is <b>this</b> & "that" text?';
  const model = await ask(tab, question);
  assert.deepEqual([model.asked.messages, model.authorization], [[{ role: 'user', content: question }], 'Bearer secret']);
  model.say(...words(0, 20), '<i>not markup</i> ');
  await shows(tab, 'scripted', { state: 'writing', text: model.said.join('') });
  assert.equal(await tab.run('document.querySelector(".question h2").textContent'), question);

  const link = await tab.run('location.href');
  await tab.go(link);
  await shows(tab, 'scripted', { state: 'writing', text: model.said.join('') });
  model.say(...words(20, 40));
  const other = await device.open(link);
  for (const each of [tab, other]) await shows(each, 'scripted', { state: 'writing', text: model.said.join('') });
  await screenshot(tab, 'writing');

  await press(other, 'scripted');
  await within(SOON_MS, 'the end of the call', model.gone);
  const name = await other.run('document.querySelector("#you").textContent.replace("You are ", "")');
  await shows(other, 'scripted', { state: 'stopped', pill: 'stopped by you' });
  await shows(tab, 'scripted', { state: 'stopped', pill: `stopped by ${name}`, text: model.said.join('') });
  await preparedAreWhole(tab, question);
  await screenshot(tab, 'stopped');
  await Promise.all([tab.close(), other.close()]);
});

test('answers go on where they were after a kill -9 of the hub, each token once', async () => {
  const tab = await browser.open(`${url}/`);
  const model = await ask(tab, 'tell');
  model.say(...words(0, 10));
  await shows(tab, 'scripted', { text: model.said.join('') });
  const started = killNow('hub');
  model.say(...words(10, 20));
  await started;
  model.say(...words(20, 30));
  await shows(tab, 'scripted', { state: 'writing', text: model.said.join('') });
  await tab.go(await tab.run('location.href'));
  model.say(...words(30, 40));
  model.finish();
  const { figures } = await shows(tab, 'scripted', { state: 'done', text: words(0, 40).join('') });
  assert.match(figures, /^40 tokens/);
  assert.deepEqual(await tokensInLog(tab, 'real'), words(0, 40));
  await preparedAreWhole(tab, 'tell');
  const next = await ask(tab, 'go on');
  assert.deepEqual(next.asked.messages.map(({ content }) => content), ['tell', words(0, 40).join(''), 'go on']);
  next.finish();
  await shows(tab, 'scripted', { state: 'done', text: '' });
  await preparedAreWhole(tab, 'go on');
  await tab.close();
});

test('an answer whose backend was killed ends as lost, keeps its text, and can be asked again', async () => {
  const tab = await browser.open(`${url}/`);
  const model = await ask(tab, '讲一讲');
  model.say(...words(0, 10));
  await shows(tab, 'scripted', { text: model.said.join('') });
  await killNow('backend');
  const { why } = await shows(tab, 'scripted', { state: 'failed', text: model.said.join('') });
  assert.match(why, /^The backend was lost/);
  assert.deepEqual(await tokensInLog(tab, 'real'), model.said);
  for (const [id, name] of Object.entries(PREPARED)) {
    const { state, text } = await tab.run(CARD(name));
    assert.ok(['done', 'failed'].includes(state), state);
    assert.ok(preparedText(prepared[id], '讲一讲').startsWith(text), text);
  }
  await screenshot(tab, 'lost', { scheme: 'dark' });

  const asked = new Promise(resolve => (onAsked = () => resolve(models.at(-1))));
  await press(tab, 'scripted');
  const again = await within(SOON_MS, 'the question', asked);
  again.say('anew ');
  again.finish();
  await shows(tab, 'scripted', { state: 'done', text: 'anew ' });
  await tab.close();
});

test('a page reads and stops its own conversation only, and asks a model once', async () => {
  const tab = await browser.open(`${url}/`);
  const model = await ask(tab, 'mine');
  model.say('private ');
  await shows(tab, 'scripted', { text: 'private ' });
  const chat = await chatOf(tab);
  const id = await newestAnswer(chat, 'real');
  const answer = `answers/${chat}/${id}`;
  const statusFor = async (reader, method, path, body) => (await fetch(`${hub}/channels/${path}`, {
    method, body, headers: { Authorization: `Bearer ${await token(reader)}`, 'Content-Type': 'application/json' } })).status;
  const stranger = 'x'.repeat(22);
  const end = JSON.stringify({ status: 'stopped' });
  assert.equal(await statusFor(stranger, 'GET', `${answer}?after=earliest`), 403);
  assert.equal(await statusFor(stranger, 'POST', `${answer}?type=end&close=true`, end), 403);
  assert.equal(await statusFor(chat, 'POST', `${answer}?type=delta`, '"forged"'), 403);
  assert.equal(await statusFor(chat, 'GET', 'answers/*/*?after=earliest'), 403);
  assert.equal(await statusFor(chat, 'GET', `${answer}?after=earliest`), 200);
  assert.equal((await fetch(`${url}/chats/${chat}/token`, { method: 'POST', body: 'backend' })).status, 400);

  const count = models.length;
  const put = body => fetch(`${url}/chats/${chat}/answers/${id}`, { method: 'PUT', body });
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'mine' }] });
  assert.equal((await put(body)).status, 204);
  await killNow('backend');
  await within(SOON_MS, 'the backend', shows(tab, 'scripted', { state: 'failed' }));
  assert.equal((await put(body)).status, 204);
  assert.equal(models.length, count);
  for (const wrong of ['{', 'null', '{"messages":[null]}', '{"messages":[{"role":"system","content":"x"}]}']) assert.equal((await put(wrong)).status, 400, wrong);
  assert.equal((await put(JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(300_000) }] }))).status, 413);
  assert.equal((await fetch(`${url}/chats/short`)).status, 404);

  const last = await ask(tab, 'again');
  last.say('half ');
  await shows(tab, 'scripted', { text: 'half ' });
  const forged = JSON.stringify({ status: 'failed', message: 'Call 555', by: 'backend' });
  assert.equal(await statusFor(chat, 'POST', `answers/${chat}/${await newestAnswer(chat, 'real')}?type=end&close=true`, forged), 201);
  await shows(tab, 'scripted', { state: 'stopped', pill: 'stopped by Otter', why: '' });
  await tab.close();
});

/** A backend that kills itself once the hub has answered so many of its writes, before it sees the answer. */
const KILLED = `import { Sluice } from 'sluice-client';
let left = Number(process.env.WRITES);
const counted = async writing => {
  await writing;
  if (--left === 0) process.kill(process.pid, 'SIGKILL');
  return writing;
};
const { author, channel } = Sluice.prototype;
Sluice.prototype.author = function (...parameters) {
  const made = author.apply(this, parameters);
  made.opened = counted(made.opened);
  return made;
};
Sluice.prototype.channel = function (...parameters) {
  const made = channel.apply(this, parameters);
  const publish = made.publish.bind(made);
  made.publish = (...content) => counted(publish(...content));
  return made;
};
await import('./server.mjs');`;

test('a backend that is killed at any step leaves no answer that its conversation does not name, and the next one begins it once', async () => {
  await writeFile(`${folder}/killed.mjs`, KILLED);
  const PORT = String(await freePort());
  for (const writes of [1, 2, 3]) {
    const [chat, question] = ['c', 'q'].map(letter => letter.repeat(21) + writes);
    const id = `${question}.brook.1`;
    const request = { method: 'PUT', body: JSON.stringify({ messages: [{ role: 'user', content: 'tell' }] }) };
    const backend = spawn(process.execPath, ['--no-warnings', 'killed.mjs'], {
      cwd: folder, env: { ...process.env, PORT, SLUICE_URL: hub, WRITES: writes }, stdio: ['ignore', 'pipe', 'inherit'] });
    const killed = once(backend, 'exit');
    await within(SOON_MS, 'the backend', once(backend.stdout, 'data'));
    await assert.rejects(fetch(`http://localhost:${PORT}/chats/${chat}/answers/${id}`, request));
    assert.deepEqual(await killed, [null, 'SIGKILL']);
    const begun = await read(chat, `answers/${chat}/${id}`, 'start');
    const named = await read(chat, `conversations/${chat}`, 'answer');
    assert.ok(named.length >= begun.length, `after ${writes} writes: ${named.length} of ${begun.length} are named`);
    assert.equal((await fetch(`${url}/chats/${chat}/answers/${id}`, request)).status, begun.length ? 204 : 201);
    assert.deepEqual((await read(chat, `conversations/${chat}`, 'question')).map(({ key }) => key), [question]);
    assert.deepEqual((await read(chat, `conversations/${chat}`, 'answer')).map(({ key }) => key), [id]);
  }
});

test('the page has no inline script or style, in both languages, wide and narrow', async () => {
  const response = await fetch(`${url}/chats/${'a'.repeat(22)}`);
  assert.match(response.headers.get('content-security-policy'), /^default-src 'none'; script-src 'self'; style-src 'self';.*trusted-types 'none'$/);
  assert.doesNotMatch(await response.text(), /<style|<script(?! type="module" src)|style=|\son\w+=|\{\{/);
  const tab = await browser.open(`${url}/`);
  await tab.run(`document.cookie = 'lang=zh; Path=/'`);
  await tab.go(`${url}/`);
  assert.equal(await tab.run('document.documentElement.lang'), 'zh');
  await screenshot(tab, 'empty-zh-narrow', { width: 390, height: 844, scheme: 'dark' });
  const model = await ask(tab, '刷新会怎样？');
  model.say('你好，', '世界。');
  await shows(tab, 'scripted', { text: '你好，世界。' });
  await screenshot(tab, 'writing-zh', { scheme: 'dark' });
  await screenshot(tab, 'writing-zh-narrow', { width: 390, height: 844 });
  for (const width of [360, 1440]) {
    await tab.send('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile: false });
    assert.ok(await tab.run('document.documentElement.scrollWidth <= innerWidth'), `${width} px`);
  }
  model.finish();
  await shows(tab, '急流', { state: 'done', text: preparedText(prepared.torrent, '刷新会怎样？') });
  await tab.run(`document.cookie = 'lang=en; Path=/'`);
  await tab.close();
});
