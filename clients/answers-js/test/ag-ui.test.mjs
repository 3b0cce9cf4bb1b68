/** AG-UI's own client, unmodified, and the agent that reads from the hub: resumed, stopped, with exactly one end. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { HttpAgent } from '@ag-ui/client';
import { SluiceRuns } from 'sluice-answers/ag-ui';
import { SluiceAgent } from 'sluice-answers/ag-ui/agent';
import { within } from '../../client-js/test/waiting.mjs';
import { QUICK, SOON_MS, Setup, until } from './setup.mjs';

const setup = new Setup();
let hub;
let proxy;
let site;
let runs;
const errors = [];
const agents = []; // What runs on the server, the newest last.

before(async () => {
  ({ hub, proxy, site } = await setup.start(route));
  runs = new SluiceRuns({ url: hub.url, ...QUICK, onError: error => errors.push(error) });
});

after(() => setup.stop());

async function route(request) {
  const { searchParams } = new URL(request.url);
  const threadId = searchParams.get('threadId');
  if (request.method === 'GET') return runs.resume(request, { threadId });
  if (request.method === 'DELETE') return runs.stop({ threadId, answer: searchParams.get('answer'), by: 'ada' });
  const input = await request.json();
  return runs.respond(request, { input, events: ({ abortSignal }) => agent(input, abortSignal) });
}

/** An agent that says what a test wants it to, when it wants it to. */
function agent({ threadId, runId }, abortSignal) {
  const running = { stopped: new Promise(resolve => abortSignal.addEventListener('abort', () => resolve(abortSignal.reason))) };
  const stream = new ReadableStream({ start: controller => (running.controller = controller) });
  running.say = events => events.forEach(event => running.controller.enqueue(event.type.startsWith('RUN_') ? { threadId, runId, ...event } : event));
  agents.push(running);
  running.say(BEGIN);
  return stream;
}

const BEGIN = [{ type: 'RUN_STARTED' }, { type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant' }];
const END = [{ type: 'TEXT_MESSAGE_END', messageId: 'm' }, { type: 'RUN_FINISHED' }];
const words = (count, from = 0) => Array.from({ length: count }, (_, i) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: `w${from + i} ` }));
const said = (...parameters) => words(...parameters).map(({ delta }) => delta).join('');

function direct(threadId) {
  return new SluiceAgent({ url: `${site.url}/agent`, threadId, sluice: setup.connect() });
}

const plain = threadId => new HttpAgent({ url: `${site.url}/agent`, threadId });

/** What an agent's reader sees: its text, and how often it ends. */
function watch(client) {
  const seen = { text: '', ends: [] };
  client.subscribe({
    onTextMessageContentEvent: ({ event }) => void (seen.text += event.delta),
    onRunFinishedEvent: () => void seen.ends.push('finished'),
    onRunErrorEvent: ({ event }) => void seen.ends.push(`error: ${event.message}`),
  });
  return seen;
}

async function called(count) {
  await until(() => agents.length >= count, 'the agent\'s call');
  return agents[count - 1];
}

async function start(client) {
  const seen = watch(client);
  const count = agents.length + 1;
  seen.run = client.runAgent().catch(error => error);
  return [seen, await called(count)];
}

let threads = 0;
const thread = () => `thread-${++threads}`;

test('runs over both agents', async () => {
  for (const make of [plain, direct]) {
    const client = make(thread());
    const [seen, running] = await start(client);
    running.say([...words(10), ...END]);
    await seen.run;
    assert.deepEqual([seen.text, seen.ends, client.messages.at(-1).content], [said(10), ['finished'], said(10)]);
  }
});

test('goes on through cut connections and a killed hub, and joins in the middle', async () => {
  const client = direct(thread());
  const [seen, running] = await start(client);
  for (let i = 0; i < 10; i++) {
    running.say(words(20, i * 20));
    if (i % 3 === 1) proxy.cut();
    if (i === 5) {
      await hub.stop();
      await hub.start();
    }
    await until(() => seen.text.length >= said(i * 20).length, `${i * 20} words`);
  }
  const other = direct(client.threadId);
  const joined = watch(other);
  const connected = other.connectAgent();
  await until(() => joined.text === said(200), '200 words');
  running.say(END);
  await Promise.all([seen.run, connected]);
  for (const each of [seen, joined]) assert.deepEqual([each.text, each.ends], [said(200), ['finished']]);
});

test('splits text that is too large for the hub, and passes on a sentence in place of a tool\'s result', async () => {
  const client = direct(thread());
  const [seen, running] = await start(client);
  const long = 'x'.repeat(1024 * 1024);
  running.say([
    { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: long }, END[0],
    { type: 'TOOL_CALL_START', toolCallId: 'c', toolCallName: 'look' }, { type: 'TOOL_CALL_END', toolCallId: 'c' },
    { type: 'TOOL_CALL_RESULT', messageId: 'r', toolCallId: 'c', role: 'tool', content: long }, END[1],
  ]);
  await seen.run;
  assert.ok(seen.text === long);
  assert.deepEqual([seen.ends, client.messages.at(-1).content], [['finished'], 'The result of the tool is too large for the hub.']);

  const [failed, hostile] = await start(direct(thread()));
  hostile.say([{ type: 'TOOL_CALL_START', toolCallId: 'c', toolCallName: 'look' }, { type: 'TOOL_CALL_END', toolCallId: 'c' },
    { type: 'TOOL_CALL_RESULT', messageId: long, toolCallId: 'c', role: 'tool', content: 'small' }]);
  await failed.run;
  assert.match(failed.ends[0], /^error/);
});

test('has nothing to join after the end', async () => {
  const client = direct(thread());
  const [seen, running] = await start(client);
  running.say(END);
  await seen.run;
  await setup.ended(client.threadId); // Which comes after the event that is the agent's last.
  const other = direct(client.threadId);
  await other.connectAgent();
  assert.deepEqual(other.messages, []);
});

test('stops the agent, and all readers see it once', async () => {
  const client = direct(thread());
  const [seen, running] = await start(client);
  running.say(words(3));
  await until(() => seen.text === said(3), '3 words');
  const other = direct(client.threadId);
  const joined = watch(other);
  const connected = other.connectAgent().catch(error => error);
  await until(() => joined.text === said(3), '3 words');
  await other.stop();
  assert.deepEqual((await within(SOON_MS, 'the stop', running.stopped)).end, { status: 'stopped', by: 'ada' });
  await Promise.all([seen.run, connected]);
  for (const each of [seen, joined]) assert.deepEqual([each.text, each.ends], [said(3), ['error: Stopped by ada.']]);
});

test('ends once, whatever the agent says', async () => {
  const cases = [
    [[...words(1), { type: 'RUN_ERROR', message: 'The tool failed.', code: 'tool' }, { type: 'RUN_FINISHED' }], 'error: The tool failed.'],
    [[...words(1), ...END, { type: 'RUN_ERROR', message: 'late' }], 'finished'],
  ];
  for (const [events, end] of cases) {
    for (const make of [plain, direct]) {
      const [seen, running] = await start(make(thread()));
      running.say(events);
      await seen.run;
      assert.deepEqual(seen.ends, [end]);
    }
  }
  const [incomplete, silent] = await start(direct(thread()));
  silent.controller.close();
  await incomplete.run;
  assert.deepEqual(incomplete.ends, ['error: The agent stopped before its run was complete.']);
  const [failed, failing] = await start(plain(thread()));
  failing.controller.error(new Error('SECRET'));
  await failed.run;
  assert.deepEqual(failed.ends, ['error: The agent failed.']);
  assert.match(errors.at(-1).message, /SECRET/);
});
