/** AG-UI, the page's side: an `HttpAgent` that reads its runs from the hub, whatever happens to its connection. */
import { HttpAgent } from '@ag-ui/client';
import { DELTAS, eventsOf } from './ag-ui-events.js';
import { send } from './requests.js';
import { eventStream, joined } from './streams.js';

export class SluiceAgent extends HttpAgent {
  #sluice;
  #pace;
  #application;
  #answer;
  #request; // The newest, which resolves when its answer is known.

  /**
   * @param sluice the hub
   * @param pace   a factor: kept events come at the author's pace (1), or faster; without it, in one piece
   * @param config as of `HttpAgent`
   */
  constructor({ sluice, pace, fetch = globalThis.fetch, ...config }) {
    let open;
    super({ ...config, fetch: (url, init) => open(url, init) });
    this.#sluice = sluice;
    this.#pace = pace;
    this.#application = fetch;
    open = (url, init) => {
      const opened = this.#open(url, init);
      this.#request = opened.catch(() => {}); // The caller handles its failure.
      return opened;
    };
  }

  /** For `connectAgent`: the thread's run that goes on, from its beginning; nothing if there is none. */
  connect(input) {
    const reader = Object.create(this, {
      url: { value: this.#thread() },
      requestInit: { value: () => ({ method: 'GET', headers: this.headers, signal: this.abortController.signal }) },
    });
    return HttpAgent.prototype.run.call(reader, input);
  }

  /** Stops the agent, for all readers: a run by the id of its answer, by default that which this page has read last. */
  async stop({ answer } = {}) {
    if (!answer) await this.#request;
    answer ??= this.#answer;
    const url = `${this.#thread()}${answer ? `&answer=${encodeURIComponent(answer)}` : ''}`;
    const response = await this.#application(url, { method: 'DELETE', headers: this.headers });
    if (!response.ok && response.status !== 404) throw new Error(`The run was not stopped: ${response.status}.`);
  }

  clone() {
    const { url, agentId, description, threadId, headers, messages: initialMessages, state: initialState } = this;
    const config = structuredClone({ url, agentId, description, threadId, headers, initialMessages, initialState });
    return new SluiceAgent({ ...config, sluice: this.#sluice, pace: this.#pace, fetch: this.#application });
  }

  #thread() {
    return `${this.url}${this.url.includes('?') ? '&' : '?'}threadId=${encodeURIComponent(this.threadId)}`;
  }

  /** A response as from the agent itself, with the events of the channel. */
  async #open(url, init) {
    const response = await send(this.#application, url, init);
    if (!response.ok) return response;
    if (response.status === 204) return new Response('', { headers: { 'Content-Type': 'text/event-stream' } });
    const { id, channel } = await response.json();
    this.#answer = id;
    const events = this.#sluice.channel(channel, { after: 'earliest', pace: this.#pace });
    const close = () => events.close();
    init.signal?.addEventListener('abort', close);
    return eventStream(messagesOf(this.#pace ? eventsOf(events) : joined(eventsOf(events), DELTAS)), {}, close);
  }
}

async function* messagesOf(events) {
  for await (const data of events) yield { data };
}
