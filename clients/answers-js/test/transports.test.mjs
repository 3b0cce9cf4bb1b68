/** The page's side, with an application and a hub that a test plays. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { SluiceAgent } from 'sluice-answers/ag-ui/agent';
import { SluiceChatTransport } from 'sluice-answers/ai-sdk/transport';
import { until } from './setup.mjs';

/** A hub whose channels have these events. */
const hubWith = (...data) => ({
  channel: () => ({
    close() {},
    async *[Symbol.asyncIterator]() {
      for (const each of data) yield { type: 'message', data: each };
    },
  }),
});

test('stops the run of a question that the application has not answered yet', async () => {
  const stopped = [];
  const answers = [];
  const fetch = (url, { method }) => new Promise(resolve => {
    if (method !== 'DELETE') return answers.push(id => resolve(Response.json({ id, channel: id })));
    stopped.push(new URL(url).searchParams.get('answer'));
    resolve(new Response(null, { status: 204 }));
  });
  const run = { threadId: 't', runId: 'r' };
  const sluice = hubWith({ type: 'RUN_STARTED', ...run }, { type: 'RUN_FINISHED', ...run });
  const agent = new SluiceAgent({ url: 'http://application/agent', threadId: 't', sluice, fetch });
  const first = agent.runAgent();
  await until(() => answers.length === 1, 'the first question');
  answers[0]('first');
  await first;
  const second = agent.runAgent();
  await until(() => answers.length === 2, 'the second question');
  const stopping = agent.stop();
  answers[1]('second');
  await Promise.all([stopping, second]);
  assert.deepEqual(stopped, ['second']);
});

test('stops an answer with the headers of its questions', async () => {
  const requests = [];
  const fetch = async (url, { method, headers: { authorization, tenant } }) => {
    requests.push([method, authorization, tenant]);
    return method === 'DELETE' ? new Response(null, { status: 204 }) : Response.json({ id: 'a', channel: 'c' });
  };
  const transport = new SluiceChatTransport({ sluice: hubWith(), fetch, headers: new Headers({ Authorization: 'Bearer x' }) });
  for (const trigger of ['submit-message', 'regenerate-message']) {
    await transport.sendMessages({ chatId: 'c', messages: [], trigger, headers: new Headers({ Tenant: trigger }) });
  }
  assert.deepEqual(requests, [
    ['POST', 'Bearer x', 'submit-message'],
    ['DELETE', 'Bearer x', 'regenerate-message'],
    ['POST', 'Bearer x', 'regenerate-message'],
  ]);
});

test('asks a question on a page without a secure context', async t => {
  t.mock.method(crypto, 'randomUUID', () => assert.fail('A secure context is needed.'));
  const keys = [];
  const fetch = async (url, { headers }) => {
    keys.push(headers['idempotency-key']);
    return Response.json({ id: 'a', channel: 'c' });
  };
  const transport = new SluiceChatTransport({ sluice: hubWith(), fetch });
  for (let i = 0; i < 2; i++) await transport.sendMessages({ chatId: 'c', messages: [], trigger: 'submit-message' });
  assert.match(keys[0], /^\d+(-\d+){3}$/);
  assert.notEqual(keys[0], keys[1]);
});
