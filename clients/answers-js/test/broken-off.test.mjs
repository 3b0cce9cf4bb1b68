/** Answers that a hub breaks off: the server's log has why, unless a reader stopped them. */
import { afterEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { SluiceRuns } from 'sluice-answers/ag-ui';
import { SluiceChats } from 'sluice-answers/ai-sdk';
import { SluiceThreads } from 'sluice-answers/langgraph';
import { within } from '../../client-js/test/waiting.mjs';
import { SOON_MS } from './setup.mjs';

let hub;

afterEach(() => {
  hub.closeAllConnections();
  hub.close();
});

/** Starts a hub that takes the start of an answer, and answers its pieces and its end with this status. */
async function start(status, end) {
  hub = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://hub');
    const isPiece = pathname === '/channels' || searchParams.get('type') === 'end';
    const events = end && pathname !== '/channels' ? [{ id: '2', type: 'end', data: end }] : [];
    response.writeHead(request.method === 'POST' && isPiece ? status : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ id: '1', events, cursor: '1' }));
  }).listen(0, '127.0.0.1');
  await once(hub, 'listening');
  return `http://127.0.0.1:${hub.address().port}/`;
}

function question(path = '') {
  return new Request(`http://application${path}`, { method: 'POST', headers: { Accept: 'application/json' }, body: '{}' });
}

/** A model whose first piece is followed by nothing. */
const silent = piece => new ReadableStream({ start: controller => controller.enqueue(piece) });

/** Begin an answer. */
const LIBRARIES = {
  'AI SDK': (options, waitUntil) => new SluiceChats(options).respond(question(), { chatId: 'c', stream: () => silent({ type: 'start' }), waitUntil }),
  'AG-UI': (options, waitUntil) => new SluiceRuns(options).respond(question(), {
    input: { threadId: 't', runId: 'r', messages: [] }, events: () => silent({ type: 'RUN_STARTED', threadId: 't', runId: 'r' }), waitUntil }),
  LangGraph: (options, waitUntil) => new SluiceThreads({ ...options, stream: () => silent(['values', {}]) }).handle(question('/threads/t/runs'), { waitUntil }),
};

const ENDS = {
  'whose pieces are refused': [403, undefined, [403]],
  'that the hub has ended as lost': [409, { status: 'failed', reason: 'lost' }, [409]],
  'that a reader has stopped': [409, { status: 'stopped', by: 'ada' }, []],
};

for (const [library, begin] of Object.entries(LIBRARIES)) {
  for (const [what, [status, end, reported]] of Object.entries(ENDS)) {
    test(`${reported.length ? 'reports' : 'does not report'} an answer ${what}, with ${library}`, async () => {
      const errors = [];
      let written;
      const options = { url: await start(status, end), transports: ['poll'], onError: error => errors.push(error.status) };
      await begin(options, promise => (written = promise));
      await within(SOON_MS, 'the end', written);
      assert.deepEqual(errors, reported);
    });
  }
}
