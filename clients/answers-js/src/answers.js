/**
 * Answers of a conversation, each in a separate channel:
 *
 *     answers/ID              start · the pieces · end, with which the channel ends
 *     conversations/NAME      answer, with the ID as key, for each answer that began
 *
 * docs/answers.md has the format. This is a server's side: it writes answers, finds them, stops them, and reads them for clients that do not read the hub.
 */
import { Sluice } from 'sluice-client';
import { asStream } from './streams.js';

/** The newest answers of a conversation among which one that is not over is looked for. */
const ANSWERS_MAX = 8;

/** The limits of pieces that wait for the hub, in number and in characters. */
const WAITING_MAX = 64;
const WAITING_CHARS_MAX = 256 * 1024;

/** Longer pieces may be more than the hub takes as one event. */
const SMALL_CHARS_MAX = 16 * 1024;

export class Answers {
  #url;
  #options;
  #prefix;
  #lease;

  /**
   * @param url     the hub's
   * @param prefix  before the names of all channels, such as `users/ada/`, so that a token can be limited to them
   * @param lease   seconds after which the hub ends an answer whose server died
   * @param options of the client for each connection, such as `getToken`
   */
  constructor({ url, prefix = '', lease, ...options }) {
    this.#url = url;
    this.#options = options;
    this.#prefix = prefix;
    this.#lease = lease;
  }

  channelOf(id) {
    return `${this.#prefix}answers/${encodeURIComponent(id)}`;
  }

  #conversation(name) {
    return `${this.#prefix}conversations/${encodeURIComponent(name)}`;
  }

  /**
   * Begins an answer, and writes it in the background.
   *
   * @param conversation its name
   * @param question the id of the message that it answers
   * @param key   a repeat with the same key gets the answer of the first, and writes nothing
   * @param start the data of its event `start`
   * @param write called with the author and the id; it appends, and ends the answer
   * @return its id, and `written`, which resolves when it has ended
   */
  async begin({ conversation, question, key, start }, write) {
    const id = key ? await digest(`${conversation}\n${key}`) : randomId();
    const sluice = new Sluice(this.#url, this.#options);
    try {
      const author = sluice.author(this.channelOf(id), { start: { ...start, conversation }, lease: this.#lease });
      const isBegun = await author.opened.then(() => false, refusedAsBegun);
      // Of a repeat, too: the first server may have been killed before it named the answer.
      await sluice.channel(this.#conversation(conversation)).publish({ question: question ?? id }, { type: 'answer', key: id, idempotencyKey: id }).catch(refusedAsNamed);
      const written = Promise.resolve(isBegun || write(author, id)).finally(() => sluice.close());
      return { id, channel: this.channelOf(id), written };
    } catch (error) {
      sluice.close();
      throw error;
    }
  }

  /** The newest answer of a conversation that is not over; undefined if all are. */
  async running(conversation) {
    for (const id of await this.newest(conversation)) {
      const { headers } = await this.#request('HEAD', this.channelOf(id));
      if (headers.has('Sluice-Latest') && headers.get('Sluice-Closed') !== 'true') return id;
    }
  }

  /** The ids of a conversation's newest answers, the newest first. */
  async newest(conversation) {
    const answer = await this.#request('GET', this.#conversation(conversation), { last: ANSWERS_MAX, type: 'answer' });
    return (await answer.json()).events.map(({ key }) => key).filter(Boolean).reverse();
  }

  /** The name of an answer's conversation; undefined if there is no such answer. */
  async conversationOf(id) {
    const answer = await this.#request('GET', this.channelOf(id), { after: 'earliest', limit: 1 });
    const { events: [first] } = await answer.json();
    return first?.type === 'start' ? first.data?.conversation : undefined;
  }

  /** The data of an answer's end; undefined if it goes on. */
  async endOf(id) {
    const { events: [end], closed } = await (await this.#request('GET', this.channelOf(id), { last: 1, type: 'end' })).json();
    return end?.data ?? (closed ? { status: 'failed', reason: 'closed' } : undefined);
  }

  /** Resolves with false if a client's `after` is no cursor of this hub. */
  async isCursor(channel, after) {
    if (after === 'earliest') return true;
    try {
      await this.#request('GET', channel, { after, limit: 1 });
      return true;
    } catch (error) {
      if (error.status === 400) return false;
      throw error;
    }
  }

  /** Ends an answer as stopped. Resolves with false if it has ended before. */
  async stop(id, reason) {
    const sluice = new Sluice(this.#url, this.#options);
    try {
      return await sluice.stop(this.channelOf(id), reason);
    } finally {
      sluice.close();
    }
  }

  /** The events of a channel after a cursor, until its end or until the signal is aborted. A slow caller holds back the hub, not memory. */
  async *read(channel, { after = 'earliest', signal } = {}) {
    const sluice = new Sluice(this.#url, this.#options);
    const close = () => sluice.close();
    signal?.addEventListener('abort', close);
    try {
      if (!signal?.aborted) yield* sluice.channel(channel, { after });
    } catch (error) {
      if (!signal?.aborted) throw error;
    } finally {
      signal?.removeEventListener('abort', close);
      sluice.close();
    }
  }

  #request(method, channel, parameters) {
    return hubRequest(this.#url, this.#options, method, channel, parameters);
  }
}

function refusedAsBegun(error) {
  if (error.status !== 412 && error.status !== 409) throw error; // 409: it has ended since.
  return true;
}

/** A repeat with another question leaves the answer to its first one. */
function refusedAsNamed(error) {
  if (error.status !== 422) throw error;
}

/** A plain request to a channel, whose answer is a success. */
export async function hubRequest(hub, { getToken }, method, channel, parameters = {}) {
  const path = channel.split('/').map(encodeURIComponent).join('/');
  const url = new URL(`channels/${path}?${new URLSearchParams(parameters)}`, hub.replace(/\/*$/, '/'));
  const token = await getToken?.();
  const headers = { Accept: 'application/json', ...(token && { Authorization: `Bearer ${String(token).trim()}` }) };
  const answer = await fetch(url, { method, headers });
  if (!answer.ok) throw Object.assign(new Error(`The hub refused: ${answer.status}.`), { status: answer.status });
  return answer;
}

/** Appends pieces without getting far ahead of the hub. */
export class Appender {
  #author;
  #smaller;
  #pieces = 0;
  #chars = 0;

  /** @param smaller returns smaller pieces in place of one that is too large; undefined if there are none, and the answer fails */
  constructor(author, smaller = () => undefined) {
    this.#author = author;
    this.#smaller = smaller;
  }

  async append(data, options) {
    const json = JSON.stringify(data); // Drops what JSON cannot express, as a response would.
    const piece = JSON.parse(json);
    const smaller = json.length > SMALL_CHARS_MAX && this.#smaller(piece);
    if (smaller && !(await this.#isStored(piece, options))) {
      for (const each of smaller) await this.append(each, options);
    }
    if (smaller) return;
    const stored = this.#author.append(piece, options);
    this.#chars += json.length;
    if (++this.#pieces < WAITING_MAX && this.#chars < WAITING_CHARS_MAX) return;
    this.#pieces = this.#chars = 0;
    await stored;
  }

  /** Resolves with false if the piece is larger than the hub takes. */
  async #isStored(piece, options) {
    try {
      await this.#author.append(piece, { ...options, alone: true });
      return true;
    } catch (error) {
      if (error.status !== 413) throw error;
      return false;
    }
  }
}

/** Reads a stream until its end, until the signal is aborted, or as long as it is read: its source is then cancelled. */
export async function* until(signal, source) {
  const reader = asStream(source).getReader();
  const cancel = () => reader.cancel(signal.reason).catch(() => {}); // A source that fails to stop is dropped.
  signal.addEventListener('abort', cancel);
  let isOver;
  try {
    if (signal.aborted) return;
    for (;;) {
      const { done, value } = await reader.read();
      isOver = done;
      if (done || signal.aborted) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    if (!isOver) cancel();
  }
}

/**
 * Ends an answer, unless it has ended by something else: that end counts, and is an error unless somebody stopped the answer.
 *
 * @param end called if the answer goes on
 */
export async function settle(author, end, onError) {
  try {
    author.signal.throwIfAborted();
    await end();
  } catch (error) {
    if (error.status !== 409 || error.end?.status === 'failed') onError(error);
  }
}

export function randomId() {
  return base64url(crypto.getRandomValues(new Uint8Array(16)));
}

async function digest(text) {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).subarray(0, 16));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
