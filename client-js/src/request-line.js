/**
 * JSON lines, long polls and polls: no session, but a request for each selection, or for several that are at the same
 * place and want the same. Publishes are requests too, one after the other.
 */
import { asEvent } from './data.js';
import { Reader } from './reader.js';

/** Names of one request, each counted as at least so many characters of its URL: a hub takes 64 of them. */
const NAME_CHARS = 64;
const NAMES_CHARS_MAX = 64 * NAME_CHARS;

export class RequestLine {
  #kind;
  #hub;
  #ear;
  #asked = [];
  #readers = new Set();
  #publishing = Promise.resolve();

  constructor(hub, ear, kind) {
    this.#kind = kind;
    this.#hub = hub;
    this.#ear = ear;
  }

  async open() {
    const trouble = await this.#hub.reach();
    if (trouble) this.#ear.lost(trouble);
    else this.#ear.take({ op: 'welcome' });
  }

  send(message) {
    const { op, ref, channel } = message;
    if (op === 'subscribe') {
      if (this.#asked.push(message) === 1) queueMicrotask(() => this.#begin());
    } else if (op === 'unsubscribe') {
      this.#asked = this.#asked.filter(asked => asked.ref !== ref);
      for (const reader of this.#readers) reader.leave(ref);
    } else if (op === 'publish') {
      this.#publishing = this.#publishing.then(() => this.#answer(ref, this.#publish(message)));
    } else if (op === 'presence') {
      this.#answer(ref, this.#fetch(this.#hub.address(`presence/${inPath(channel)}`), {}, answer => answer.json()));
    }
  }

  /** Each request has its own patience. */
  ping() {}

  check() {
    for (const reader of [...this.#readers]) {
      if (!reader.isLate) continue;
      reader.end(); // The network may be another one by now.
      this.#read(reader.wish, reader.members);
    }
  }

  /** All that was asked for in the same breath, as few requests as that takes. */
  #begin() {
    const groups = new Map();
    for (const { op, ref, channels, ...wish } of this.#asked.splice(0)) {
      const chars = channels.reduce((sum, name) => sum + Math.max(NAME_CHARS, encodeURIComponent(name).length), 0);
      const alike = wish.last ? ref : JSON.stringify(wish); // The newest N are counted over the whole selection.
      let group = groups.get(alike);
      if (!group || group.chars + chars > NAMES_CHARS_MAX) groups.set(alike, (group = { members: new Map(), chars: 0 }));
      if (!group.chars) queueMicrotask(() => this.#read(wish, group.members));
      group.members.set(ref, channels);
      group.chars += chars;
    }
  }

  async #read(wish, members) {
    const reader = new Reader(this.#kind, this.#hub, this.#ear, wish, members, this.#readers);
    try {
      await reader.run();
    } catch (error) {
      if (reader.isOver) return;
      const { status, problem, isPassing } = error;
      if (!problem || isPassing || status === 401) this.#ear.lost(error);
      // One that can't be served must not take the others with it.
      else if (members.size > 1) for (const member of members) this.#read(reader.wish, new Map([member]));
      else for (const [ref] of members) this.#ear.take({ op: 'error', ref, problem, retry: false });
    } finally {
      reader.end();
    }
  }

  async #fetch(url, options, read) {
    return this.#hub.fetch(url, { signal: this.#ear.signal, ...options }, read);
  }

  /** A refusal is an answer; anything else is the end of this line. */
  async #answer(ref, promise) {
    try {
      this.#ear.take({ op: 'ok', ref, ...await promise });
    } catch (error) {
      const { status, isPassing: retry, message: title } = error;
      if (!status || status === 401) this.#ear.lost(error);
      else this.#ear.take({ op: 'error', ref, problem: error.problem ?? { status, title }, retry });
    }
  }

  #publish({ channel, type, key, data, data_base64: base64, contentType, idempotencyKey, ifMatch }) {
    let body = JSON.stringify(data);
    let usual = 'application/json';
    if (base64 !== undefined) [body, usual] = [asEvent({ data_base64: base64 }).data, 'application/octet-stream'];
    else if (typeof data === 'string') [body, usual] = [data, 'text/plain; charset=utf-8'];
    const headers = {
      'Content-Type': contentType ?? usual,
      'Idempotency-Key': idempotencyKey,
      'If-Match': ifMatch && `"${ifMatch}"`,
    };
    const url = this.#hub.address(`channels/${inPath(channel)}`, { type, key });
    return this.#fetch(url, { method: 'POST', headers, body }, async answer => ({
      id: (await answer.json()).id,
      replay: answer.headers.get('Idempotent-Replay') === 'true',
    }));
  }
}

function inPath(channel) {
  return channel.split('/').map(encodeURIComponent).join('/');
}
