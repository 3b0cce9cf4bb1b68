/** Vercel AI SDK, the page's side: a transport for `useChat` that reads answers from the hub, whatever happens to its connection. */
import { HttpChatTransport } from 'ai';
import { DELTAS, chunksOf } from './ai-sdk-chunks.js';
import { send } from './requests.js';
import { joined, streamOf } from './streams.js';

export class SluiceChatTransport extends HttpChatTransport {
  resumeStreamIsReplay = true;
  #sluice;
  #pace;
  #answers = new Map(); // The newest answer of each chat.

  /**
   * @param sluice  the hub
   * @param pace    replays what is kept at the author's pace, or so many times as fast; by default it comes in one piece
   * @param options as of the SDK's `DefaultChatTransport`
   */
  constructor({ sluice, pace, ...options }) {
    super({ ...options, fetch: (url, init) => send(options.fetch ?? globalThis.fetch, url, init) });
    this.#sluice = sluice;
    this.#pace = pace;
  }

  /**
   * Stops the model, for all readers. `stop` of `useChat` only stops reading, as it also does when its component goes away.
   *
   * @param answer its id; by default that which this page has read last
   */
  async stop(chatId, { answer = this.#answers.get(chatId), headers, ...options } = {}) {
    const url = `${this.api}/${encodeURIComponent(chatId)}/stream${answer ? `?answer=${encodeURIComponent(answer)}` : ''}`;
    const all = { ...(await resolved(this.headers)), ...headers };
    const response = await this.fetch(url, { method: 'DELETE', headers: all, credentials: await resolved(this.credentials), ...options });
    if (!response.ok && response.status !== 404) throw new Error(`The answer was not stopped: ${response.status}.`);
  }

  /** The id of the answer that this page has read last. */
  answerOf(chatId) {
    return this.#answers.get(chatId);
  }

  /** A message that is generated again has another answer: the one that this page reads is stopped, if it is not over. */
  async sendMessages(options) {
    if (options.trigger === 'regenerate-message' && this.#answers.has(options.chatId)) await this.stop(options.chatId);
    return super.sendMessages(options);
  }

  processResponseStream(body) {
    const left = new AbortController();
    return streamOf(this.#read(body, left.signal), () => left.abort());
  }

  async *#read(body, signal) {
    const { chatId, id, channel } = await new Response(body).json();
    if (signal.aborted) return;
    this.#answers.set(chatId, id);
    const events = this.#sluice.channel(channel, { after: 'earliest', pace: this.#pace });
    signal.addEventListener('abort', () => events.close());
    try {
      yield* this.#pace ? chunksOf(events) : joined(chunksOf(events), DELTAS);
    } finally {
      events.close();
    }
  }
}

function resolved(value) {
  return typeof value === 'function' ? value() : value;
}
