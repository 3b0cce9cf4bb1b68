/** Vercel AI SDK, the page's side: a transport for `useChat` that reads answers from the hub, whatever happens to its connection. */
import { HttpChatTransport } from 'ai';
import { DELTAS, chunksOf } from './ai-sdk-chunks.js';
import { plain, send } from './requests.js';
import { joined, streamOf } from './streams.js';

export class SluiceChatTransport extends HttpChatTransport {
  resumeStreamIsReplay = true;
  #sluice;
  #pace;
  #answers = new Map(); // The newest answer of each chat.
  #requests = new Map(); // The newest request of each chat, which resolves when its answer is known.
  #begun = new WeakMap(); // What the application has said of the answer of a stream.

  /**
   * @param sluice  the hub
   * @param pace    a factor: kept events come at the author's pace (1), or faster; without it, in one piece
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
  async stop(chatId, { answer, headers, ...options } = {}) {
    if (!answer) await this.#requests.get(chatId);
    answer ??= this.#answers.get(chatId);
    const url = `${this.api}/${encodeURIComponent(chatId)}/stream${answer ? `?answer=${encodeURIComponent(answer)}` : ''}`;
    const all = plain(await resolved(this.headers), headers);
    const response = await this.fetch(url, { method: 'DELETE', headers: all, credentials: await resolved(this.credentials), ...options });
    if (!response.ok && response.status !== 404) throw new Error(`The answer was not stopped: ${response.status}.`);
  }

  /** The id of the answer that this page has read last. */
  answerOf(chatId) {
    return this.#answers.get(chatId);
  }

  /** A message that is generated again has another answer: the one that this page reads is stopped, if it is not over. */
  async sendMessages(options) {
    if (options.trigger === 'regenerate-message' && this.#answers.has(options.chatId)) await this.stop(options.chatId, { headers: options.headers });
    return this.#known(options.chatId, super.sendMessages(options));
  }

  async reconnectToStream(options) {
    return this.#known(options.chatId, super.reconnectToStream(options));
  }

  #known(chatId, request) {
    const known = request.then(async stream => {
      if (stream) this.#answers.set(chatId, (await this.#begun.get(stream)).id);
      return stream;
    });
    this.#requests.set(chatId, known.catch(() => {})); // The caller handles its failure.
    return known;
  }

  processResponseStream(body) {
    const left = new AbortController();
    const begun = new Response(body).json();
    const stream = streamOf(this.#read(begun, left.signal), () => left.abort());
    this.#begun.set(stream, begun);
    return stream;
  }

  async *#read(begun, signal) {
    const { channel, isWhole } = await begun;
    if (signal.aborted) return;
    const events = this.#sluice.channel(channel, { after: 'earliest', pace: this.#pace });
    signal.addEventListener('abort', () => events.close());
    try {
      const chunks = chunksOf(events, isWhole);
      yield* this.#pace ? chunks : joined(chunks, DELTAS);
    } finally {
      events.close();
    }
  }
}

function resolved(value) {
  return typeof value === 'function' ? value() : value;
}
