/** Reads for subscriptions that are at the same cursor: a stream of JSON lines, or one poll after another. */
import { HEARTBEATS_MISSED_MAX, Watchdog } from './transport-listener.js';
import { SluiceError, refused, timeout } from './errors.js';
import { matches } from './selection.js';
import { expectType, linesOf, parse } from './text.js';

/** Four of the six connections that browsers allow to a host over HTTP/1.1; one is for publishes, one for the page itself. */
export const REQUESTS_MAX = 4;

/** Heartbeat intervals without data after which a stream may be dead. */
const HEARTBEATS_LATE_MAX = 1.2;

const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

export class Reader {
  isEnded;
  parameters; // The parameters of the subscription; `after` moves with the events.
  subscriptions; // The channels of each subscription, by ref.
  isShared; // Its requests name several subscriptions, even if one of them is left by now.
  #kind;
  #hub;
  #listener;
  #all; // The readers of this transport.
  #abort = new AbortController();
  #watchdog = new Watchdog(() => this.#listener.lost(timeout()));

  constructor(kind, hub, listener, parameters, subscriptions, all) {
    this.#kind = kind;
    this.#hub = hub;
    this.#listener = listener;
    this.parameters = { ...parameters };
    this.subscriptions = subscriptions;
    this.isShared = subscriptions.size > 1;
    this.#all = all.add(this);
    listener.onClose(() => this.end(), this.#abort.signal);
  }

  run() {
    // Each stream keeps a connection: selections beyond these are polled.
    return this.#kind === 'ndjson' && this.#all.size <= REQUESTS_MAX ? this.#follow() : this.#poll();
  }

  leave(ref) {
    if (this.subscriptions.delete(ref) && !this.subscriptions.size) this.end();
  }

  end() {
    this.isEnded = true;
    this.#all.delete(this);
    this.#abort.abort();
    this.#watchdog.stop();
  }

  /** True if this must be replaced when a user returns to the page. A long poll sends nothing while it waits. */
  get isLate() {
    return this.#watchdog.silentMs > this.#hub.settings.heartbeat * 1_000 * HEARTBEATS_LATE_MAX;
  }

  #request(accept, more, read, timeoutMs) {
    const { type, join, ...parameters } = this.parameters;
    const name = [...new Set([...this.subscriptions.values()].flat())];
    const membership = join && more.wait !== 0 && { join, client: this.#hub.settings.client }; // A poll is not a connection.
    const url = this.#hub.address('channels', { name, ...parameters, type: type && String(type), ...membership, ...more });
    return this.#hub.fetch(url, { headers: { Accept: accept }, signal: this.#abort.signal }, answer => read(expectType(answer, accept)), timeoutMs);
  }

  async #follow() {
    const { heartbeat, answerMs } = this.#hub.settings;
    const answer = await this.#request(NDJSON, { heartbeat }, answer => answer);
    if (answer.status === 204) return this.#dispatch({ op: 'complete' });
    this.#dispatch({ op: 'ok', cursor: startCursor(answer) });
    this.#watchdog.expect(heartbeat * 1_000 * HEARTBEATS_MISSED_MAX);
    this.#watchdog.hurry(answerMs); // The hub sends its first cursor at once.
    for await (const lines of linesOf(answer.body)) {
      this.#watchdog.received();
      for (const line of lines) if (line) this.#handleLine(parse(line));
    }
    if (this.subscriptions.size) throw new SluiceError('The connection ended.');
  }

  #handleLine(message) {
    const { cursor, heartbeat, gap, closed, error, drain } = message;
    this.#listener.hasAnswered = true;
    if (heartbeat) this.#listener.isProven = true;
    if (message.id) this.#dispatch({ ...message, op: 'event' });
    else if (cursor || heartbeat) this.#dispatch({ op: 'place', cursor, ...heartbeat });
    else if (gap) this.#dispatch({ op: 'gap', ...gap });
    else if (closed) this.#dispatch({ op: 'closed', ...closed });
    else if (error) throw refused(error, true);
    else if (drain) this.#listener.take({ op: 'drain', ...drain });
    this.#dispatchEnds(message);
  }

  async #poll() {
    const { answerMs, waitSeconds, pollMs } = this.#hub.settings;
    const read = async answer => ({ ...await answer.json(), begin: startCursor(answer) });
    // The first poll brings the cursor from which the others wait.
    for (let wait = 0, isFirst = true; this.subscriptions.size; isFirst = false) {
      const page = await this.#request(JSON_TYPE, { wait }, read, answerMs + wait * 1_000);
      if (isFirst) this.#dispatch({ op: 'ok', cursor: page.begin });
      if (page.gap) this.#dispatch({ op: 'gap', ...page.gap });
      for (const event of page.events) this.#dispatch({ ...event, op: 'event' });
      this.#dispatchEnds(page);
      if (page.closed) return this.#dispatch({ op: 'complete' });
      if (this.isEnded) return;
      this.#listener.hasAnswered = this.#listener.isProven = true;
      this.#dispatch({ op: 'place', cursor: page.cursor });
      wait = this.#kind === 'longpoll' && this.#all.size <= REQUESTS_MAX ? waitSeconds : 0;
      if (!page.more && !wait) await this.#pause(pollMs * (1 - Math.random() / 4));
    }
  }

  #pause(pauseMs) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, pauseMs);
      this.#abort.signal.onabort = () => clearTimeout(timer);
    });
  }

  /** The first line of a stream, and each poll, name the channels that have ended: they may be all of one subscription. */
  #dispatchEnds({ ended = [], cursor }) {
    for (const channel of ended) this.#dispatch({ op: 'closed', channel, cursor });
  }

  /** Passes a message on in log order to all subscriptions, so that an event also moves the cursor of those that do not match it. */
  #dispatch(message) {
    const { op, channel, id, resume, cursor = resume ?? id } = message;
    if (cursor) Object.assign(this.parameters, { after: cursor, since: undefined, last: undefined, snapshot: undefined });
    for (const [ref, channels] of this.subscriptions) {
      const isMatch = !channel || !this.isShared || channels.some(name => matches(name, channel, this.parameters.presence));
      if (isMatch) this.#listener.take({ ...message, ref });
      else if (op === 'event') this.#listener.take({ op: 'place', ref, cursor });
    }
  }
}

function startCursor(answer) {
  return answer.headers.get('Sluice-Cursor');
}
