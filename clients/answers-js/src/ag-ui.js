/** AG-UI, the server's side: writes the events of a run into a channel, and serves them to `HttpAgent` and to `SluiceAgent`. */
import { Answers, Appender, settle, until } from './answers.js';
import { eventsOf, smallerEvents } from './ag-ui-events.js';
import { eventStream } from './streams.js';

export class SluiceRuns {
  #answers;
  #onError;

  /** @param onError called with an agent's errors, which readers do not get, because they may contain secrets, and with why an answer broke off */
  constructor({ onError = console.error, ...options }) {
    this.#answers = new Answers(options);
    this.#onError = onError;
  }

  /**
   * Answers a POST of a `RunAgentInput`: begins a run, which is written to its end with or without readers.
   *
   * @param events called with an `abortSignal`; returns the agent's events: an iterable, a stream or an observable
   * @param waitUntil keeps a serverless function alive until the promise that it gets has resolved
   */
  async respond(request, { input, events, waitUntil }) {
    const { threadId, runId, messages } = input;
    const question = messages.findLast(({ role }) => role === 'user')?.id;
    const key = request.headers.get('Idempotency-Key');
    const begun = { conversation: threadId, question, key, start: { format: 'ag-ui', runId } };
    const { id, channel, written } = await this.#answers.begin(begun, author => this.#write(author, events));
    waitUntil?.(written);
    return this.#response(request, threadId, id, channel);
  }

  /** Answers a GET: the run of a thread that goes on, from its beginning, or 204. */
  async resume(request, { threadId }) {
    const id = await this.#answers.running(threadId);
    return id ? this.#response(request, threadId, id, this.#answers.channelOf(id)) : new Response(null, { status: 204 });
  }

  /** Answers a DELETE: stops a run by the id of its answer, by default the thread's newest. 404 if the thread has no such run. */
  async stop({ threadId, answer, by, reason }) {
    const id = answer ?? (await this.#answers.running(threadId));
    if (!id || (await this.#answers.conversationOf(id)) !== threadId) return new Response(null, { status: 404 });
    await this.#answers.stop(id, { by, reason });
    return new Response(null, { status: 204 });
  }

  #response(request, threadId, id, channel) {
    const headers = { 'Sluice-Channel': encodeURI(channel), 'Sluice-Answer': id };
    if (/\bapplication\/json\b/.test(request.headers.get('Accept'))) return Response.json({ threadId, id, channel }, { headers });
    const left = new AbortController();
    const events = this.#answers.read(channel, { signal: AbortSignal.any([left.signal, request.signal]) });
    return eventStream(messagesOf(eventsOf(events)), headers, () => left.abort());
  }

  async #write(author, events) {
    let last; // The one event that ends the run.
    try {
      const appender = new Appender(author, smallerEvents);
      for await (const event of until(author.signal, await events({ abortSignal: author.signal }))) {
        await appender.append(event);
        if (event.type !== 'RUN_FINISHED' && event.type !== 'RUN_ERROR') continue;
        last = event;
        break; // A run has one end; later events are dropped.
      }
    } catch (error) {
      if (!author.signal.aborted) this.#onError(error);
      last = { type: 'RUN_ERROR', message: 'The agent failed.' };
    }
    await settle(author, () => ending(author, last), this.#onError);
  }
}

function ending(author, last) {
  if (last?.type === 'RUN_FINISHED') return author.done();
  return last ? author.fail('error', last.message) : author.fail('incomplete', 'The agent stopped before its run was complete.');
}

async function* messagesOf(events) {
  for await (const data of events) yield { data };
}
