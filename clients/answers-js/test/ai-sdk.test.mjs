/** The Vercel AI SDK's own clients, unmodified, with answers in a hub: cut, resumed, stopped, killed. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Chat } from '@ai-sdk/react';
import { DefaultChatTransport, convertToModelMessages, streamText } from 'ai';
import { MockLanguageModelV4, simulateReadableStream } from 'ai/test';
import { SluiceChats, completeParts } from 'sluice-answers/ai-sdk';
import { SluiceChatTransport } from 'sluice-answers/ai-sdk/transport';
import { within } from '../../client-js/test/waiting.mjs';
import { QUICK, SOON_MS, Setup, until } from './setup.mjs';

/** Smaller than a hub's default. */
const EVENT_BYTES_MAX = 256 * 1024;

const setup = new Setup();
let hub;
let proxy; // Between readers and the hub.
let site;
let chats;
const models = []; // What has been called, the newest last.
const errors = [];

before(async () => {
  ({ hub, proxy, site } = await setup.start(route, [`publish.event_max=${EVENT_BYTES_MAX}B`]));
  chats = new SluiceChats({ url: hub.url, ...QUICK, onError: error => errors.push(error) });
});

after(() => setup.stop());

/** An application of three routes. */
async function route(request) {
  const { pathname, searchParams } = new URL(request.url);
  const [, chatId] = /^\/api\/chat\/([^/]+)\/stream$/.exec(pathname) ?? [];
  if (request.method === 'POST') {
    const { id, messages } = await request.json();
    return chats.respond(request, { chatId: id, messages, stream: ({ abortSignal }) => new Model(abortSignal, messages).stream });
  }
  if (request.method === 'GET') return chats.resume(request, { chatId: decodeURIComponent(chatId) });
  if (request.method === 'DELETE') return chats.stop({ chatId: decodeURIComponent(chatId), answer: searchParams.get('answer'), by: 'ada' });
}

/** A model that says what a test wants it to, when it wants it to. */
class Model {
  stopped = new Promise(resolve => (this.stop = resolve));

  constructor(abortSignal, messages) {
    this.messages = messages;
    abortSignal.addEventListener('abort', () => this.stop(abortSignal.reason));
    this.stream = new ReadableStream({ start: controller => (this.controller = controller) });
    models.push(this);
    const { text } = messages.at(-1)?.parts?.find(({ type }) => type === 'text') ?? {};
    if (text?.startsWith('all')) this.say(ANSWER);
  }

  say(chunks) {
    if (!chunks.length) return;
    for (const chunk of chunks) this.controller.enqueue(chunk);
    if (chunks.at(-1)?.type === 'finish') this.controller.close();
  }
}

const words = (count, from = 0) => Array.from({ length: count }, (_, i) => ({ type: 'text-delta', id: 't', delta: `w${from + i} ` }));
const BEGIN = [{ type: 'start' }, { type: 'start-step' }, { type: 'text-start', id: 't' }];
const END = [{ type: 'text-end', id: 't' }, { type: 'finish-step' }, { type: 'finish', finishReason: 'stop' }];

/** Reasoning, two interleaved calls of tools, their results, sources, a file, text with what does not fit one byte. */
const ANSWER = [
  { type: 'start', messageMetadata: { model: 'm' } }, { type: 'start-step' },
  { type: 'reasoning-start', id: 'r' }, { type: 'reasoning-delta', id: 'r', delta: 'Hm' }, { type: 'reasoning-delta', id: 'r', delta: 'm.' },
  { type: 'reasoning-end', id: 'r', providerMetadata: { p: { signature: 's' } } },
  { type: 'tool-input-start', toolCallId: 'a', toolName: 'look', dynamic: true }, { type: 'tool-input-start', toolCallId: 'b', toolName: 'look', dynamic: true },
  { type: 'tool-input-delta', toolCallId: 'a', inputTextDelta: '{"q":' }, { type: 'tool-input-delta', toolCallId: 'b', inputTextDelta: '{"q":"y' },
  { type: 'tool-input-delta', toolCallId: 'a', inputTextDelta: '"x"}' }, { type: 'tool-input-delta', toolCallId: 'b', inputTextDelta: '"}' },
  { type: 'tool-input-available', toolCallId: 'a', toolName: 'look', input: { q: 'x' }, dynamic: true },
  { type: 'tool-input-available', toolCallId: 'b', toolName: 'look', input: { q: 'y' }, dynamic: true },
  { type: 'tool-output-available', toolCallId: 'b', output: { n: 2 }, dynamic: true }, { type: 'tool-output-available', toolCallId: 'a', output: { n: 1 }, dynamic: true },
  { type: 'source-url', sourceId: 's', url: 'https://a.example/' }, { type: 'file', url: 'data:text/plain,x', mediaType: 'text/plain' },
  { type: 'data-weather', id: 'w', data: { t: 21 } },
  { type: 'text-start', id: 't' }, { type: 'text-delta', id: 't', delta: '你好 ' }, { type: 'text-delta', id: 't', delta: '🙂 a' },
  { type: 'text-delta', id: 't', delta: '\nb\r\n' }, ...END,
];

let lastChat = 0;

/** A tab of a chat. */
function tab(transport, { id = `chat-${++lastChat}`, messages, onToolCall } = {}) {
  const chat = new Chat({ id, messages, transport, onToolCall, onError: error => chat.errors.push(error) });
  chat.errors = [];
  return chat;
}

function plain(options) {
  return new DefaultChatTransport({ api: `${site.url}/api/chat`, ...options });
}

function direct(options) {
  return new SluiceChatTransport({ api: `${site.url}/api/chat`, sluice: setup.connect(), ...options });
}

const text = chat => (chat.lastMessage?.role === 'assistant' ? chat.lastMessage.parts : []).filter(({ type }) => type === 'text').map(each => each.text).join('');
const said = (count, from = 0) => words(count, from).map(({ delta }) => delta).join('');

async function shows(chat, isSo, what) {
  let timer;
  const stop = () => clearInterval(timer);
  await within(SOON_MS, () => `${what}; there is '${text(chat)}', ${chat.status}`, new Promise(resolve => {
    const look = () => isSo(chat) && resolve();
    const unsubscribe = [chat['~registerMessagesCallback'](look), chat['~registerStatusCallback'](look)];
    timer = setInterval(look, 20);
    void unsubscribe;
  })).finally(stop);
}

const isOver = ({ status }) => status === 'ready' || status === 'error';

async function called(count = models.length + 1) {
  await until(() => models.length >= count, 'the model\'s call');
  return models[count - 1];
}

async function endOf(id) {
  const { events } = await (await fetch(`${hub.url}channels/answers/${id}?after=earliest&limit=1000`)).json();
  assert.equal(events.filter(({ type }) => type === 'end').length, 1);
  assert.equal(events.at(-1).type, 'end');
  return events.at(-1).data;
}

async function unbroken() {
  const chat = tab(plain());
  await chat.sendMessage({ text: 'all of it' });
  assert.deepEqual(chat.errors, []);
  return chat.lastMessage.parts;
}

/** A fetch whose first bodies end with a network error, each after so many chunks. */
function cutAfter(...counts) {
  return async (url, init) => {
    const answer = await fetch(url, init);
    if (!counts.length || !answer.body || answer.status === 204) return answer;
    let left = counts.shift();
    const whole = answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(new TransformStream({
      buffer: '',
      transform(piece, controller) {
        this.buffer += piece;
        for (let at; (at = this.buffer.indexOf('\n\n') + 2) > 1; this.buffer = this.buffer.slice(at)) {
          if (left-- <= 0) throw new TypeError('network error');
          controller.enqueue(this.buffer.slice(0, at));
        }
      },
    })).pipeThrough(new TextEncoderStream());
    return new Response(whole, { status: answer.status, headers: answer.headers });
  };
}

test('passes on a whole answer, over both transports, with the parts of a direct one', async () => {
  const parts = await unbroken();
  assert.deepEqual(parts.map(({ type }) => type), [
    'step-start', 'reasoning', 'dynamic-tool', 'dynamic-tool', 'source-url', 'file', 'data-weather', 'text']);
  assert.deepEqual(parts.filter(({ type }) => type === 'dynamic-tool').map(({ toolCallId, input, output }) => [toolCallId, input.q, output.n]), [['a', 'x', 1], ['b', 'y', 2]]);
  const chat = tab(direct());
  await chat.sendMessage({ text: 'all' });
  assert.deepEqual(chat.errors, []);
  assert.deepEqual(chat.lastMessage.parts, parts);
});

test('resumes with the SDK\'s own transport after a cut at every chunk, without an error, with the same message', async () => {
  const parts = await unbroken();
  for (let cut = 0; cut < ANSWER.length; cut++) {
    const isLast = cut === ANSWER.length - 1;
    const chat = tab(plain({ fetch: cutAfter(cut) }));
    const count = models.length + 1;
    const sent = chat.sendMessage({ text: 'wait' });
    const model = await called(count);
    model.say(ANSWER.slice(0, cut + 1));
    await sent;
    assert.equal(chat.status, 'error', `cut ${cut}`);
    if (isLast) await ended(chat.id);
    const requests = site.calls.length;
    const resumed = chat.resumeStream();
    await shows(chat, () => site.calls.length > requests, 'the answer to the GET');
    model.say(ANSWER.slice(cut + 1));
    await resumed;
    assert.equal(chat.status, 'ready', `cut ${cut}: ${chat.error}`);
    if (!isLast) assert.deepEqual(chat.lastMessage.parts, parts, `cut ${cut}`); // This route has nothing after the end.
    assert.ok(chat.messages.length <= 2);
  }
});

/** Resolves when the newest answer of a chat has ended. */
async function ended(chatId) {
  const [id] = await lastAnswers(chatId);
  await (await fetch(`${hub.url}channels/answers/${id}?after=earliest&as=ndjson`)).text();
}

async function lastAnswers(chatId) {
  const { events } = await (await fetch(`${hub.url}channels/conversations/${chatId}`)).json();
  return events.map(({ key }) => key);
}

test('shows the same message in a new tab, in the middle of an answer', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, ...words(100)]);
  await shows(chat, () => text(chat) === said(100), '100 words');
  for (const transport of [plain(), direct()]) {
    const other = tab(transport, { id: chat.id, messages: [chat.messages[0]] });
    other.resumed = other.resumeStream();
    await shows(other, () => text(other) === said(100), '100 words');
    assert.equal(other.lastMessage.id, chat.lastMessage.id);
    chat.others = [...(chat.others ?? []), other];
  }
  model.say([...words(50, 100), ...END]);
  await Promise.all([sent, ...chat.others.map(({ resumed }) => resumed)]);
  for (const each of [chat, ...chat.others]) {
    assert.equal(text(each), said(150));
    assert.equal(each.status, 'ready');
  }
});

test('goes on through cut connections and a killed hub, and loses and repeats no word', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say(BEGIN);
  for (let i = 0; i < 20; i++) {
    model.say(words(25, i * 25));
    if (i % 3 === 1) proxy.cut();
    if (i === 10) {
      await hub.stop();
      await hub.start();
    }
    await shows(chat, () => text(chat).length >= said(i * 25).length, `${i * 25} words`);
  }
  model.say(END);
  await within(SOON_MS, 'the end', sent);
  assert.equal(text(chat), said(500));
  assert.deepEqual([chat.status, chat.errors], ['ready', []]);
});

test('keeps its place when the connection is lost twice before any chunk', async () => {
  const chat = tab(plain({ fetch: cutAfter(BEGIN.length + 3, 0, 0) }));
  let reading = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, ...words(5)]);
  for (let lost = 0; lost < 3; lost++) {
    await reading;
    assert.equal(chat.status, 'error', `lost ${lost}`);
    reading = chat.resumeStream();
  }
  await shows(chat, () => text(chat) === said(5), '5 words');
  model.say([...words(5, 5), ...END]);
  await reading;
  assert.deepEqual([chat.status, text(chat), chat.messages.length], ['ready', said(10), 2]);
});

test('keeps its place when the connection to the hub is lost twice before any event', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, ...words(5)]);
  await shows(chat, () => text(chat) === said(5), '5 words');
  for (let lost = 0; lost < 2; lost++) {
    const connections = proxy.requests + proxy.upgrades;
    proxy.cut();
    await until(() => proxy.requests + proxy.upgrades > connections, 'the resume');
  }
  model.say([...words(5, 5), ...END]);
  await within(SOON_MS, 'the end', sent);
  assert.deepEqual([chat.status, chat.errors, text(chat)], ['ready', [], said(10)]);
});

/** A call of a tool that the page runs, after an answer with all other parts. */
const CALL = [
  ...ANSWER.slice(0, -END.length), { type: 'text-end', id: 't' },
  { type: 'tool-input-available', toolCallId: 'c', toolName: 'ask', input: { q: 'z' } }, ...END.slice(1),
];
const REST = [{ type: 'start' }, { type: 'start-step' }, { type: 'text-start', id: 't' }, ...words(4), ...END];

/** A chat whose page has run the tool, and whose answer goes on. */
async function continued(transport, output = { n: 3 }) {
  const chat = tab(transport);
  const sent = chat.sendMessage({ text: 'wait' });
  (await called()).say(CALL);
  await sent;
  await chat.addToolOutput({ tool: 'ask', toolCallId: 'c', output });
  chat.stored = structuredClone(chat.messages);
  chat.continuing = chat.sendMessage();
  return [chat, await called()];
}

test('continues a message after a tool\'s result, in its tab and in new ones, resumed at every chunk', async () => {
  const [unbroken, model] = await continued(direct());
  model.say(REST);
  await unbroken.continuing;
  const { parts } = unbroken.lastMessage;
  assert.deepEqual([unbroken.errors, unbroken.messages.length, parts.at(-1).text], [[], 2, said(4)]);
  for (let cut = 0; cut < REST.length - 1; cut++) {
    const [chat, model] = await continued(plain({ fetch: cutAfter(Infinity, cut) }));
    model.say(REST.slice(0, cut + 1));
    await chat.continuing;
    assert.equal(chat.status, 'error', `cut ${cut}`);
    const others = [plain(), direct()].map(transport => tab(transport, { id: chat.id, messages: structuredClone(chat.stored), onToolCall: () => assert.fail('again') }));
    const requests = site.calls.length;
    const resumed = [chat, ...others].map(each => each.resumeStream());
    await until(() => site.calls.length >= requests + 3, 'the answers to the GETs');
    model.say(REST.slice(cut + 1));
    await Promise.all(resumed);
    for (const each of [chat, ...others]) {
      assert.deepEqual([each.status, each.messages.length, each.lastMessage.id], ['ready', 2, chat.stored[1].id], `cut ${cut}: ${each.error}`);
      assert.deepEqual(each.lastMessage.metadata, unbroken.lastMessage.metadata);
      assert.deepEqual(JSON.parse(JSON.stringify(each.lastMessage.parts)), JSON.parse(JSON.stringify(parts)), `cut ${cut}`);
    }
  }
});

const TOO_LARGE = 'The output of the tool is too large for the hub.';

test('continues a message with a part that is too large for the hub, without which another tab resumes', async () => {
  const [chat, model] = await continued(direct(), 'o'.repeat(EVENT_BYTES_MAX));
  const other = tab(direct(), { id: chat.id });
  const requests = site.calls.length;
  const resumed = other.resumeStream();
  await until(() => site.calls.slice(requests).some(each => each.startsWith('GET')), 'the answer to the GET');
  model.say(REST);
  await within(SOON_MS, 'the end', Promise.all([chat.continuing, resumed]));
  for (const each of [chat, other]) assert.deepEqual([each.status, each.errors, each.lastMessage.parts.at(-1).text], ['ready', [], said(4)]);
  assert.deepEqual(other.lastMessage.parts.filter(({ type }) => type === 'tool-ask').map(({ state, errorText }) => [state, errorText]), [['output-error', TOO_LARGE]]);
});

test('answers a question that was edited, in place of its first answer', async () => {
  const chat = tab(direct());
  await chat.sendMessage({ text: 'all' });
  const [{ id: messageId }, { id: first }] = chat.messages;
  const sent = chat.sendMessage({ text: 'wait', messageId });
  const model = await called();
  model.say([...BEGIN, ...words(3), ...END]);
  await sent;
  assert.deepEqual([chat.messages.length, chat.messages[0].id, text(chat), chat.errors], [2, messageId, said(3), []]);
  assert.notEqual(chat.lastMessage.id, first);
});

test('stops the model after a resume, within a round trip, for all tabs', async () => {
  const chat = tab(plain());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, ...words(10)]);
  await shows(chat, () => text(chat) === said(10), '10 words');
  const transport = direct();
  const other = tab(transport, { id: chat.id, messages: [chat.messages[0]] });
  const resumed = other.resumeStream();
  await shows(other, () => text(other) === said(10), '10 words');
  await transport.stop(chat.id);
  const { end } = await within(SOON_MS, 'the stop', model.stopped);
  assert.deepEqual(end, { status: 'stopped', by: 'ada' });
  await Promise.all([sent, resumed]);
  for (const each of [chat, other]) assert.deepEqual([each.status, text(each), each.errors], ['ready', said(10), []]);
  assert.deepEqual(await endOf(transport.answerOf(chat.id)), { status: 'stopped', by: 'ada' });
  await other.resumeStream();
  assert.equal(other.status, 'ready');
});

test('stops before the first chunk', async () => {
  const transport = direct();
  const chat = tab(transport);
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  await shows(chat, () => transport.answerOf(chat.id), 'the answer\'s id');
  await transport.stop(chat.id);
  await Promise.all([within(SOON_MS, 'the stop', model.stopped), sent]);
  assert.equal(chat.status, 'ready');
});

test('marks what was stopped in the middle as unfinished, and leaves it out of the next question', async () => {
  const transport = direct();
  const chat = tab(transport);
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  const signature = { p: { signature: 's' } };
  model.say([{ type: 'start' }, { type: 'text-start', id: 't' }, ...words(1), { type: 'text-end', id: 't' },
    { type: 'reasoning-start', id: 'r', providerMetadata: signature }, { type: 'reasoning-delta', id: 'r', delta: 'Hm' }]);
  await shows(chat, () => chat.lastMessage.parts.some(({ type, text: reasoning }) => type === 'reasoning' && reasoning === 'Hm'), 'the reasoning');
  await transport.stop(chat.id);
  await sent;
  assert.equal(chat.lastMessage.parts.find(({ type }) => type === 'reasoning').state, 'streaming');
  const asked = await convertToModelMessages(completeParts(chat.messages));
  assert.doesNotMatch(JSON.stringify(asked), /signature|Hm/);
  assert.match(JSON.stringify(asked), /w0/);
});

test('does not stop the model when a reader leaves', async () => {
  const chat = tab(direct());
  chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, ...words(5)]);
  await shows(chat, () => text(chat) === said(5), '5 words');
  await chat.stop();
  const other = tab(plain(), { id: chat.id });
  const resumed = other.resumeStream();
  model.say([...words(5, 5), ...END]);
  await resumed;
  assert.equal(text(other), said(10));
});

test('keeps two answers of one chat apart', async () => {
  const transports = [direct(), direct()];
  const one = tab(transports[0]);
  const other = tab(transports[1], { id: one.id });
  const tabs = [];
  for (const chat of [one, other]) {
    const count = models.length + 1;
    const sent = chat.sendMessage({ text: 'wait' });
    const model = await called(count);
    model.say([...BEGIN, ...words(3, tabs.length * 100)]);
    await shows(chat, () => text(chat) === said(3, tabs.length * 100), '3 words');
    tabs.push({ chat, model, sent });
  }
  await transports[0].stop(one.id);
  await Promise.all([tabs[0].model.stopped, tabs[0].sent]);
  tabs[1].model.say([...words(3, 103), ...END]);
  await tabs[1].sent;
  assert.deepEqual([text(one), text(other)], [said(3), said(6, 100)]);
  assert.equal((await endOf(transports[1].answerOf(one.id))).status, 'done');
});

test('has nothing to resume after the end, and is ready', async () => {
  for (const make of [plain, direct]) {
    const chat = tab(make());
    await chat.resumeStream();
    assert.equal(chat.status, 'ready');
    await chat.sendMessage({ text: 'all' });
    const before = chat.messages;
    await chat.resumeStream();
    assert.deepEqual([chat.status, chat.messages, chat.errors], ['ready', before, []]);
    assert.match(site.calls.at(-1), /^GET .* 204$/);
  }
});

test('misses nothing if it resumes as soon as an answer has begun', async () => {
  for (let i = 0; i < 50; i++) {
    const chat = tab(direct());
    const count = models.length + 1;
    const sent = chat.sendMessage({ text: 'wait' });
    const model = await called(count);
    const other = tab(i % 2 ? plain() : direct(), { id: chat.id });
    await shows(chat, () => site.calls.at(-1).startsWith('POST'), 'the answer');
    const resumed = other.resumeStream();
    model.say([...BEGIN, ...words(2)]);
    await shows(other, () => text(other) === said(2), '2 words');
    model.say(END);
    await Promise.all([sent, resumed]);
    assert.equal(text(other), text(chat));
  }
});

test('calls the model once for one key, also across a restart of the hub', async () => {
  const count = models.length;
  const ids = new Set();
  for (let i = 0; i < 5; i++) {
    if (i === 2) {
      await hub.stop();
      await hub.start();
    } else if (i === 3) {
      models.at(-1).say([...BEGIN, ...END]);
      const ended = await fetch(`${hub.url}channels/answers/${[...ids][0]}?after=earliest&type=end&wait=30`);
      assert.equal((await ended.json()).events.length, 1);
    }
    const body = JSON.stringify({ id: 'repeated', messages: [{ id: i < 4 ? 'u' : 'another question', role: 'user', parts: [{ type: 'text', text: 'wait' }] }] });
    const headers = { 'Idempotency-Key': 'the same', Accept: 'application/json' };
    ids.add((await (await fetch(`${site.url}/api/chat`, { method: 'POST', headers, body })).json()).id);
  }
  assert.equal(models.length, count + 1);
  assert.equal(ids.size, 1);
});

test('stops the answer that is generated again, and mixes no chunk of it in', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const first = await called();
  first.say([...BEGIN, ...words(5)]);
  await shows(chat, () => text(chat) === said(5), '5 words');
  await chat.stop();
  const count = models.length + 1;
  const again = chat.regenerate();
  const second = await called(count);
  await within(SOON_MS, 'the stop of the first', first.stopped);
  second.say([...BEGIN, ...words(5, 50), ...END]);
  await Promise.all([sent, again]);
  assert.deepEqual([chat.messages.length, text(chat)], [2, said(5, 50)]);
  assert.equal((await lastAnswers(chat.id)).length, 2);
});

test('tells of a model that fails, and nothing of what it threw', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, ...words(1)]);
  model.controller.error(new Error('GET https://model.example/?key=SECRET'));
  await sent;
  assert.equal(chat.status, 'error');
  assert.equal(chat.error.message, 'The model failed.');
  assert.match(errors.at(-1).message, /SECRET/);
  const { text: kept } = await (await fetch(`${hub.url}channels/answers/${(await lastAnswers(chat.id))[0]}?after=earliest&as=text`)).text().then(all => ({ text: all }));
  assert.doesNotMatch(kept, /SECRET/);
});

test('counts an answer without its finish as failed', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, ...words(2)]);
  model.controller.close();
  await sent;
  assert.equal(chat.status, 'error');
  assert.deepEqual(await endOf((await lastAnswers(chat.id))[0]), {
    status: 'failed', reason: 'incomplete', message: 'The model stopped before its answer was complete.' });
});

test('tells a reader of an answer that was deleted', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, ...words(2)]);
  await shows(chat, () => text(chat) === said(2), '2 words');
  await fetch(`${hub.url}channels/answers/${(await lastAnswers(chat.id))[0]}`, { method: 'DELETE' });
  await Promise.all([sent, within(SOON_MS, 'the stop', model.stopped)]);
  assert.match(chat.error.message, /deleted/);
});

test('takes an answer that was closed without an end for failed', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, ...words(2)]);
  await shows(chat, () => text(chat) === said(2), '2 words');
  await fetch(`${hub.url}channels/answers/${(await lastAnswers(chat.id))[0]}?close=true`, { method: 'POST' });
  await Promise.all([sent, within(SOON_MS, 'the stop', model.stopped)]);
  assert.equal(chat.error.message, 'The answer was closed without an end.');
});

test('splits text that is too large for the hub, and passes on an error in place of a tool\'s output', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  const longer = `a${'🙂'.repeat(EVENT_BYTES_MAX)}`;
  const longest = 'b'.repeat(5 * 1024 * 1024); // More than the client holds, too.
  model.say([
    ...BEGIN, ...[longer, longest].map(delta => ({ type: 'text-delta', id: 't', delta })), { type: 'text-end', id: 't' },
    { type: 'tool-input-available', toolCallId: 'c', toolName: 'look', input: {} },
    { type: 'tool-output-available', toolCallId: 'c', output: 'o'.repeat(EVENT_BYTES_MAX) }, ...END.slice(1),
  ]);
  await within(SOON_MS, 'the end', sent);
  assert.deepEqual([chat.status, chat.errors], ['ready', []]);
  assert.ok(text(chat) === longer + longest);
  const { state, errorText } = chat.lastMessage.parts.at(-1);
  assert.deepEqual([state, errorText], ['output-error', TOO_LARGE]);
});

test('ends an answer with a chunk that is too large, and cannot be split, as failed', async () => {
  const chat = tab(direct());
  const sent = chat.sendMessage({ text: 'wait' });
  const model = await called();
  model.say([...BEGIN, { type: 'data-large', data: 'x'.repeat(EVENT_BYTES_MAX) }, ...END]);
  await sent;
  assert.equal(chat.status, 'error');
  assert.equal((await endOf((await lastAnswers(chat.id))[0])).reason, 'too-large');
});

test('tells a reader of an answer whose server was killed', async () => {
  const program = `import { SluiceChats } from 'sluice-answers/ai-sdk';
    const chats = new SluiceChats({ url: process.argv[1], lease: 2 });
    const stream = () => new ReadableStream({ start: controller => JSON.parse(process.argv[2]).forEach(chunk => controller.enqueue(chunk)) });
    await chats.respond(new Request('http://app.example/', { method: 'POST', headers: { Accept: 'application/json' } }), { chatId: 'killed', stream });
    setInterval(() => {}, 1_000);`;
  const server = spawn(process.execPath, ['--input-type=module', '-e', program, hub.url, JSON.stringify([...BEGIN, ...words(20)])], {
    cwd: new URL('../', import.meta.url), stdio: ['ignore', 'ignore', 'inherit'] });
  await answered('killed');
  const chat = tab(direct(), { id: 'killed' });
  const resumed = chat.resumeStream();
  await shows(chat, () => text(chat) === said(20), '20 words');
  server.kill('SIGKILL');
  await resumed;
  assert.equal(chat.status, 'error');
  assert.equal(text(chat), said(20));
  assert.equal((await endOf((await lastAnswers('killed'))[0])).reason, 'lost');
});

test('names an answer in its conversation when the question is repeated, if its server was killed before it did', async () => {
  const init = { method: 'POST', headers: { 'Idempotency-Key': 'killed', Accept: 'application/json' } };
  const program = `import { Sluice } from 'sluice-client';
    import { SluiceChats } from 'sluice-answers/ai-sdk';
    const { author } = Sluice.prototype;
    Sluice.prototype.author = function (...parameters) {
      const made = author.apply(this, parameters);
      made.opened = made.opened.then(() => process.kill(process.pid, 'SIGKILL'));
      return made;
    };
    await new SluiceChats({ url: process.argv[1], lease: 2 }).respond(new Request('http://app.example/', ${JSON.stringify(init)}), { chatId: 'unnamed' });`;
  const server = spawn(process.execPath, ['--input-type=module', '-e', program, hub.url], { cwd: new URL('../', import.meta.url), stdio: ['ignore', 'ignore', 'inherit'] });
  assert.deepEqual(await within(SOON_MS, 'the kill', once(server, 'exit')), [null, 'SIGKILL']);
  assert.deepEqual(await lastAnswers('unnamed'), []);
  const { id } = await (await chats.respond(new Request('http://app.example/', init), { chatId: 'unnamed', stream: () => assert.fail('again') })).json();
  assert.deepEqual(await lastAnswers('unnamed'), [id]);
});

/** Resolves when a chat has an answer. */
async function answered(chatId) {
  const { events } = await (await fetch(`${hub.url}channels/conversations/${chatId}?after=earliest&wait=60`)).json();
  assert.equal(events.length, 1);
}

test('keeps the usage though its reader has left, and passes on streamText', async () => {
  const usage = { inputTokens: { total: 3 }, outputTokens: { total: 2 } };
  const chunks = [
    { type: 'stream-start', warnings: [] }, { type: 'text-start', id: '0' }, { type: 'text-delta', id: '0', delta: 'Hello' },
    { type: 'text-delta', id: '0', delta: ', world' }, { type: 'text-end', id: '0' },
    { type: 'finish', finishReason: { unified: 'stop' }, usage },
  ];
  const model = new MockLanguageModelV4({ doStream: async () => ({ stream: simulateReadableStream({ chunks, chunkDelayInMs: 5 }) }) });
  const messages = [{ id: 'u', role: 'user', parts: [{ type: 'text', text: 'hello' }] }];
  let written;
  const response = await chats.respond(new Request('http://app.example/', { method: 'POST' }), {
    chatId: 'usage', messages, waitUntil: promise => (written = promise),
    async stream({ abortSignal }) {
      const result = streamText({ model, messages: await convertToModelMessages(messages), abortSignal });
      return { stream: result.toUIMessageStream({ originalMessages: messages }), usage: result.totalUsage };
    },
  });
  await response.body.cancel();
  await written;
  const { status, usage: kept } = await endOf(response.headers.get('Sluice-Answer'));
  assert.equal(status, 'done');
  assert.deepEqual([kept.inputTokens, kept.outputTokens], [3, 2]);
});
