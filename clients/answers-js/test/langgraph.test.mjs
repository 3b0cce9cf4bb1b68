/** The LangGraph SDK, unmodified: starts a run, joins it with Last-Event-ID, and cancels it. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '@langchain/langgraph-sdk';
import { SluiceThreads } from 'sluice-answers/langgraph';
import { within } from '../../client-js/test/waiting.mjs';
import { QUICK, SOON_MS, Setup, until } from './setup.mjs';

const setup = new Setup();
let hub;
let site;
let client;
const graphs = []; // What runs, the newest last.

before(async () => {
  let threads;
  ({ hub, site } = await setup.start(request => threads.handle(request)));
  threads = new SluiceThreads({ url: hub.url, ...QUICK, stream, onError: () => {} });
  client = new Client({ apiUrl: site.url, apiKey: null });
});

after(() => setup.stop());

function stream({ runId, abortSignal }) {
  const graph = { runId, stopped: new Promise(resolve => abortSignal.addEventListener('abort', () => resolve(abortSignal.reason))) };
  const pairs = new ReadableStream({ start: controller => (graph.controller = controller) });
  graph.say = (...texts) => texts.forEach(text => graph.controller.enqueue(['messages', text]));
  graphs.push(graph);
  return pairs;
}

async function started(threadId, payload) {
  const count = graphs.length + 1;
  const run = await client.runs.create(threadId, 'agent', payload);
  await until(() => graphs.length >= count, 'the graph');
  return [run, graphs[count - 1]];
}

/** Reads a run to its end. */
function join(threadId, runId, options) {
  const parts = [];
  const over = (async () => {
    for await (const part of client.runs.joinStream(threadId, runId, options)) parts.push(part);
  })();
  return Object.assign(over, { parts, texts: () => parts.filter(({ event }) => event === 'messages').map(({ data }) => data) });
}

const numbers = (from, to) => Array.from({ length: to - from }, (_, i) => `n${from + i}`);

test('streams a run from its start', async () => {
  const parts = [];
  let run;
  const count = graphs.length + 1;
  const over = (async () => {
    for await (const part of client.runs.stream('t/1', 'agent', { input: {}, onRunCreated: created => (run = created) })) parts.push(part);
  })();
  await until(() => graphs.length >= count, 'the graph');
  graphs[count - 1].say('a', 'b');
  graphs[count - 1].controller.close();
  await over;
  assert.deepEqual(parts.map(({ event, data }) => [event, data]), [['metadata', { run_id: run.run_id, thread_id: 't/1' }], ['messages', 'a'], ['messages', 'b']]);
});

test('joins a run after each of its events, and gets exactly the rest', async () => {
  const [{ run_id: runId }, graph] = await started('joined');
  graph.say(...numbers(0, 20));
  const first = join('joined', runId);
  await until(() => first.texts().length === 20, '20 events');
  const joins = first.parts.map(({ id }) => join('joined', runId, { lastEventId: id }));
  graph.say(...numbers(20, 25));
  graph.controller.close();
  await Promise.all([first, ...joins]);
  assert.deepEqual(first.texts(), numbers(0, 25));
  for (const [i, each] of joins.entries()) assert.deepEqual(each.texts(), numbers(i, 25));
  const late = join('joined', runId, { lastEventId: first.parts[10].id });
  await late;
  assert.deepEqual(late.texts(), numbers(10, 25));
  assert.equal((await client.runs.get('joined', runId)).status, 'success');
});

test('resumes by itself when connections are cut and the hub is killed', async () => {
  const [{ run_id: runId }, graph] = await started('cut');
  const reader = join('cut', runId);
  for (let i = 0; i < 4; i++) {
    graph.say(...numbers(i * 10, i * 10 + 10));
    await until(() => reader.texts().length === i * 10 + 10, `${i * 10 + 10} events`);
    if (i === 1) {
      await hub.stop();
      await hub.start();
    } else {
      site.cut();
    }
  }
  graph.controller.close();
  await reader;
  assert.deepEqual(reader.texts(), numbers(0, 40));
});

test('cancels a run, and readers see that it was', async () => {
  const [{ run_id: runId }, graph] = await started('cancelled');
  const reader = join('cancelled', runId);
  graph.say('a');
  await until(() => reader.texts().length === 1, 'an event');
  await client.runs.cancel('cancelled', runId);
  assert.equal((await within(SOON_MS, 'the stop', graph.stopped)).end.status, 'stopped');
  await reader;
  assert.deepEqual(reader.parts.at(-1).data.error, 'UserInterrupt');
  assert.equal((await client.runs.get('cancelled', runId)).status, 'interrupted');
});

test('cancels a run when its reader leaves, only if it was asked to', async () => {
  for (const cancelOnDisconnect of [false, true]) {
    const thread = `left ${cancelOnDisconnect}`;
    const [{ run_id: runId }, graph] = await started(thread);
    const left = new AbortController();
    const reader = join(thread, runId, { cancelOnDisconnect, signal: left.signal });
    graph.say('a');
    await until(() => reader.texts().length === 1, 'an event');
    left.abort();
    await Promise.resolve(reader).catch(() => {});
    if (cancelOnDisconnect) await within(SOON_MS, 'the stop', graph.stopped);
    else graph.controller.close();
    const over = join(thread, runId);
    await over;
    assert.equal((await client.runs.get(thread, runId)).status, cancelOnDisconnect ? 'interrupted' : 'success');
  }
});

test('refuses a run of another thread, and fails without a word of what was thrown', async () => {
  const [{ run_id: runId }, graph] = await started('mine');
  await assert.rejects(client.runs.get('yours', runId), /404/);
  await assert.rejects(client.runs.cancel('yours', runId), /404/);
  graph.controller.error(new Error('SECRET'));
  const reader = join('mine', runId);
  await reader;
  assert.deepEqual(reader.parts.at(-1).data, { error: 'error', message: 'The graph failed.' });
});

test('refuses a Last-Event-ID that the hub does not know', async () => {
  const [{ run_id: runId }, graph] = await started('unknown');
  const response = await fetch(`${site.url}/threads/unknown/runs/${runId}/stream`, { headers: { 'Last-Event-ID': 'nonsense' } });
  assert.equal(response.status, 400);
  graph.controller.close();
});
