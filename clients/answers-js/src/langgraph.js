/**
 * LangGraph: routes for the unmodified SDK. A run is an answer whose pieces are `{"event":…,"data":…}`; the SDK joins it with
 * `Last-Event-ID`, which is the channel's cursor, and cancels it.
 */
import { Answers, Appender, settle, until } from './answers.js';
import { eventStream } from './streams.js';

const ROUTE = /\/threads\/([^/]+)\/runs(?:\/(stream)|\/([^/]+)(?:\/(stream|cancel|join))?)?$/;

export class SluiceThreads {
  #answers;
  #stream;
  #onError;

  /**
   * @param stream called with `threadId`, `runId`, the request's `body` and an `abortSignal`; returns an iterable of pairs of an event's name
   *     and its data, such as `graph.stream` does with several modes
   * @param onError called with a graph's errors, which readers do not get, because they may contain secrets, and with why an answer broke off
   */
  constructor({ stream, onError = console.error, ...options }) {
    this.#answers = new Answers(options);
    this.#stream = stream;
    this.#onError = onError;
  }

  /**
   * Answers a request below `/threads/{thread}/runs`; undefined if it is none of these.
   *
   * @param waitUntil keeps a serverless function alive until the promise that it gets has resolved
   */
  async handle(request, { waitUntil } = {}) {
    const { pathname, searchParams } = new URL(request.url);
    const [, thread, streamed, run, action] = ROUTE.exec(pathname) ?? [];
    if (!thread) return;
    const [threadId, runId] = [thread, run].map(each => each && decodeURIComponent(each));
    if (!runId) return request.method === 'POST' ? this.#create(request, threadId, streamed, waitUntil) : undefined;
    if ((await this.#answers.conversationOf(runId)) !== threadId) return Response.json({ detail: 'There is no such run.' }, { status: 404 });
    switch (`${request.method} ${action ?? ''}`) {
      case 'GET ':
        return Response.json(await this.#status(threadId, runId));
      case 'GET stream':
        return this.#join(request, threadId, runId, searchParams.get('cancel_on_disconnect') === '1');
      case 'GET join':
        return this.#wait(request, runId);
      case 'POST cancel':
        return this.#cancel(request, runId, searchParams);
    }
  }

  async #create(request, threadId, isStreamed, waitUntil) {
    const body = await request.json();
    const begun = { conversation: threadId, key: request.headers.get('Idempotency-Key'), start: { format: 'langgraph' } };
    const { id: runId, written } = await this.#answers.begin(begun, (author, id) => this.#write(author, threadId, id, body));
    waitUntil?.(written);
    if (isStreamed) return this.#join(request, threadId, runId, body.on_disconnect === 'cancel');
    return Response.json(await this.#status(threadId, runId), { headers: { 'Content-Location': path(threadId, runId) } });
  }

  async #join(request, threadId, runId, cancels) {
    const channel = this.#answers.channelOf(runId);
    const last = request.headers.get('Last-Event-ID');
    const after = last && last !== '-1' ? last : 'earliest';
    if (!(await this.#answers.isCursor(channel, after))) return Response.json({ detail: 'There is no such Last-Event-ID.' }, { status: 400 });
    const left = new AbortController();
    const signal = AbortSignal.any([left.signal, request.signal]);
    if (cancels) signal.addEventListener('abort', () => this.#answers.stop(runId, { reason: 'disconnected' }).catch(this.#onError));
    const events = this.#answers.read(channel, { after, signal });
    const headers = { Location: `${path(threadId, runId)}/stream`, 'Content-Location': path(threadId, runId) };
    return eventStream(messagesOf(events), headers, () => left.abort());
  }

  /** Resolves with the last `values` of the run. */
  async #wait(request, runId) {
    let values = {};
    for await (const { event, data } of messagesOf(this.#answers.read(this.#answers.channelOf(runId), { signal: request.signal }))) {
      if (event === 'values') values = data;
      if (event === 'error') values = { __error__: data };
    }
    return Response.json(values);
  }

  async #cancel(request, runId, parameters) {
    const [action, message] = ['action', 'reason'].map(name => parameters.get(name) ?? undefined);
    await this.#answers.stop(runId, { reason: action ?? 'interrupt', message });
    return Response.json({});
  }

  async #status(threadId, runId) {
    const end = await this.#answers.endOf(runId);
    const status = end ? { done: 'success', failed: 'error', stopped: 'interrupted' }[end.status] : 'running';
    return { run_id: runId, thread_id: threadId, status };
  }

  async #write(author, threadId, runId, body) {
    let end = () => author.done();
    try {
      const appender = new Appender(author);
      await appender.append({ event: 'metadata', data: { run_id: runId, thread_id: threadId } });
      const pairs = await this.#stream({ threadId, runId, body, abortSignal: author.signal });
      for await (const [event, data] of until(author.signal, pairs)) await appender.append({ event, data });
    } catch (error) {
      if (!author.signal.aborted) this.#onError(error);
      end = () => author.fail('error', 'The graph failed.');
    }
    await settle(author, end, this.#onError);
  }
}

function path(threadId, runId) {
  return `/threads/${encodeURIComponent(threadId)}/runs/${encodeURIComponent(runId)}`;
}

/** The SDK's messages of a run; a failure and a stop are an `error`. */
async function* messagesOf(events) {
  for await (const { type, cursor, data, reason } of events) {
    if (type === 'message' && typeof data?.event === 'string') yield { id: cursor, event: data.event, data: data.data };
    if (type === 'sluice.gap') return yield { event: 'error', data: { error: 'Gone', message: `A part of this run is gone (${reason}).` } };
    if (type !== 'end') continue;
    const { status, reason: why, message } = data ?? {};
    if (status === 'failed') yield { id: cursor, event: 'error', data: { error: why ?? 'error', message: message ?? 'The run failed.' } };
    if (status === 'stopped') yield { id: cursor, event: 'error', data: { error: 'UserInterrupt', message: message ?? 'The run was cancelled.' } };
    return;
  }
  yield { event: 'error', data: { error: 'closed', message: 'The run was closed without an end.' } };
}
