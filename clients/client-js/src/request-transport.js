/**
 * JSON lines, long polls and polls: instead of a session, a request for each selection, or for several with
 * the same cursor and parameters. Publishes are requests too, one after the other.
 */
import { asEvent } from './data.js';
import { foreign, problemOf, refused } from './errors.js';
import { inPath } from './hub.js';
import { isExpired } from './outbox.js';
import { Reader } from './reader.js';

/** A request takes at most 64 names, so each name counts as at least this many characters of the URL. */
const NAME_CHARS = 64;
const NAMES_CHARS_MAX = 64 * NAME_CHARS;

export class RequestTransport {
  #kind;
  #hub;
  #listener;
  #pending = [];
  #readers = new Set();
  #publishes = []; // The first one is on its way.

  constructor(hub, listener, kind) {
    this.#kind = kind;
    this.#hub = hub;
    this.#listener = listener;
  }

  async open() {
    const failure = await this.#hub.reach();
    if (failure) this.#listener.lost(failure);
    else this.#listener.take({ op: 'welcome' });
  }

  /** @param sent when a publish that is repeated was sent first */
  send(message, sent) {
    const { op, ref, channel } = message;
    if (op === 'subscribe') {
      if (this.#pending.push(message) === 1) queueMicrotask(() => this.#begin());
    } else if (op === 'unsubscribe') {
      this.#pending = this.#pending.filter(each => each.ref !== ref);
      for (const reader of this.#readers) reader.leave(ref);
    } else if (op === 'publish') {
      if (this.#publishes.push({ ...message, sent }) === 1) queueMicrotask(() => this.#publishAll());
    } else if (op === 'presence') {
      const url = this.#hub.address(`presence/${inPath(channel)}`);
      this.#respond(ref, this.#hub.fetch(url, { signal: this.#listener.signal }, answer => answer.json()));
    }
  }

  /** Each request has its own timeout. */
  ping() {}

  check() {
    for (const reader of [...this.#readers]) {
      if (!reader.isLate) continue;
      reader.end(); // The network may have changed.
      this.#read(reader.parameters, reader.subscriptions);
    }
  }

  /** Groups the subscriptions of one task into as few requests as possible. */
  #begin() {
    const groups = new Map();
    const reads = [];
    for (const { op, ref, channels, ...parameters } of this.#pending.splice(0)) {
      const chars = channels.reduce((sum, name) => sum + Math.max(NAME_CHARS, encodeURIComponent(name).length), 0);
      const groupKey = parameters.last ? ref : JSON.stringify(parameters); // `last` counts events over the whole request.
      let group = groups.get(groupKey);
      if (!group || group.chars + chars > NAMES_CHARS_MAX) groups.set(groupKey, (group = { subscriptions: new Map(), chars: 0 }));
      if (!group.chars) reads.push([parameters, group.subscriptions]);
      group.subscriptions.set(ref, channels);
      group.chars += chars;
    }
    for (const read of reads) this.#read(...read); // At once: a subscription is always pending or has a reader.
  }

  async #read(parameters, subscriptions) {
    const reader = new Reader(this.#kind, this.#hub, this.#listener, parameters, subscriptions, this.#readers);
    try {
      await reader.run();
    } catch (error) {
      if (reader.isEnded) return;
      const { status, problem, isTransient } = error;
      if (!problem || isTransient || status === 401) this.#listener.lost(error);
      // A subscription that is refused must not end the others.
      else if (reader.isShared) for (const subscription of subscriptions) this.#read(reader.parameters, new Map([subscription]));
      else for (const [ref] of subscriptions) this.#listener.take({ op: 'error', ref, problem });
    } finally {
      reader.end();
    }
  }

  /** In order. Those behind one to the same channel that is refused for a time are refused with it: all of them are sent again. */
  async #publishAll() {
    while (this.#publishes.length) {
      const [message] = this.#publishes;
      const isRefused = await this.#respond(message.ref, this.#publish(message));
      this.#publishes.shift();
      if (!isRefused) continue;
      this.#publishes = this.#publishes.filter(({ ref, channel }) => channel !== message.channel || this.#listener.take({ op: 'error', ref, retry: true }));
    }
  }

  /**
   * A refusal is an answer; any other error ends this transport.
   *
   * @return true for a refusal for a time
   */
  async #respond(ref, promise) {
    try {
      this.#listener.take({ op: 'ok', ref, ...await promise });
    } catch (error) {
      const { status, isTransient: retry } = error;
      if (!status || status === 401) return this.#listener.lost(error);
      this.#listener.take({ op: 'error', ref, problem: problemOf(error), retry });
      return retry;
    }
  }

  async #publish({ channel, type, key, data, data_base64: base64, contentType, idempotencyKey, ifMatch, sent }) {
    if (isExpired(sent)) throw refused({ status: 408 }); // Since it was put here: the outbox rejects it.
    let body = JSON.stringify(data);
    let defaultType = 'application/json';
    if (base64 !== undefined) [body, defaultType] = [asEvent({ data_base64: base64 }).data, 'application/octet-stream'];
    else if (typeof data === 'string') [body, defaultType] = [data, 'text/plain; charset=utf-8'];
    const headers = {
      'Content-Type': contentType ?? defaultType,
      'Idempotency-Key': idempotencyKey,
      'If-Match': ifMatch && `"${ifMatch}"`,
    };
    const url = this.#hub.address(`channels/${inPath(channel)}`, { type, key });
    return this.#hub.fetch(url, { method: 'POST', headers, body, signal: this.#listener.signal }, async answer => {
      const { id } = await answer.json();
      if (typeof id !== 'string') throw foreign();
      return { id, replay: answer.headers.get('Idempotent-Replay') === 'true' };
    });
  }
}
