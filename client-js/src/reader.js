/** Reads for one or several subscriptions that are at the same place: a stream of JSON lines, or one poll after another. */
import { HEARTBEATS_MISSED_MAX, Watchdog } from './ear.js';
import { SluiceError, refused, silence } from './errors.js';
import { matches } from './selection.js';
import { expectType, linesOf, parse } from './text.js';

/** Browsers allow six connections to a host over HTTP/1.1: these, one to publish, one for the page itself. */
export const REQUESTS_MAX = 4;

/** A stream whose last word is older than this may be a dead one. */
const HEARTBEATS_LATE_MAX = 1.2;

const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

export class Reader {
  isOver = false;
  wish; // Parameters; `after` moves on.
  members; // Channels by ref.
  #kind;
  #hub;
  #ear;
  #all; // Readers of this line.
  #abort = new AbortController();
  #watchdog = new Watchdog(() => this.#giveUp(), () => this.#giveUp());

  constructor(kind, hub, ear, wish, members, all) {
    this.#kind = kind;
    this.#hub = hub;
    this.#ear = ear;
    this.wish = { ...wish };
    this.members = members;
    this.#all = all.add(this);
    ear.onClose(() => this.end(), this.#abort.signal);
  }

  run() {
    return this.#kind === 'ndjson' ? this.#follow() : this.#poll();
  }

  leave(ref) {
    if (this.members.delete(ref) && !this.members.size) this.end();
  }

  end() {
    this.isOver = true;
    this.#all.delete(this);
    this.#abort.abort();
    this.#watchdog.stop();
  }

  /** Whether somebody who comes back to the page should not wait for this. A poll says nothing while it hangs. */
  get isLate() {
    return this.#watchdog.silentMs > this.#hub.settings.heartbeat * 1_000 * HEARTBEATS_LATE_MAX;
  }

  #giveUp() {
    this.#ear.lost(silence());
  }

  #request(accept, parameters, read, patienceMs) {
    const { type, join, ...wish } = this.wish;
    const name = [...new Set([...this.members.values()].flat())];
    const who = join && this.#kind !== 'poll' && { join, client: this.#hub.settings.client };
    const url = this.#hub.address('channels', { name, ...wish, type: type && String(type), ...who, ...parameters });
    return this.#hub.fetch(url, { headers: { Accept: accept }, signal: this.#abort.signal }, answer => read(expectType(answer, accept)), patienceMs);
  }

  async #follow() {
    // Each of them keeps a connection.
    if (this.#all.size > REQUESTS_MAX) throw new SluiceError('Too many streams.', { isUnfit: true });
    const { heartbeat, answerMs } = this.#hub.settings;
    const answer = await this.#request(NDJSON, { heartbeat }, answer => answer);
    if (answer.status === 204) return this.#tell({ op: 'complete' });
    this.#tell({ op: 'ok', cursor: beginning(answer) });
    this.#watchdog.expect(heartbeat * 1_000 * HEARTBEATS_MISSED_MAX);
    this.#watchdog.hurry(answerMs); // The hub says at once where it begins.
    for await (const lines of linesOf(answer.body)) {
      this.#watchdog.heard();
      for (const line of lines) if (line) this.#said(parse(line));
    }
    if (this.members.size) throw new SluiceError('The stream ended.');
  }

  #said(message) {
    const { cursor, heartbeat, gap, closed, error, drain } = message;
    this.#ear.isHeard = true;
    if (heartbeat) this.#ear.isProven = true;
    if (message.id) this.#tell({ ...message, op: 'event' });
    else if (cursor || heartbeat) this.#tell({ op: 'place', cursor, ...heartbeat });
    else if (gap) this.#tell({ op: 'gap', ...gap });
    else if (closed) this.#tell({ op: 'closed', ...closed });
    else if (error) throw refused(error);
    else if (drain) this.#ear.take({ op: 'drain', ...drain });
  }

  async #poll() {
    const { answerMs, waitSeconds, pollMs } = this.#hub.settings;
    const read = async answer => ({ ...await answer.json(), begin: beginning(answer) });
    for (let isFirst = true; this.members.size; isFirst = false) {
      const wait = this.#kind === 'longpoll' && this.#all.size <= REQUESTS_MAX ? waitSeconds : 0;
      const page = await this.#request(JSON_TYPE, { wait }, read, answerMs + wait * 1_000);
      if (isFirst) this.#tell({ op: 'ok', cursor: page.begin });
      if (page.gap) this.#tell({ op: 'gap', ...page.gap });
      for (const event of page.events) this.#tell({ ...event, op: 'event' });
      if (page.closed) return this.#tell({ op: 'complete' });
      this.#ear.isHeard = this.#ear.isProven = true;
      this.#tell({ op: 'place', cursor: page.cursor });
      if (!page.more && !wait) await this.#rest(pollMs * (1 - Math.random() / 4));
    }
  }

  #rest(pauseMs) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, pauseMs);
      this.#abort.signal.onabort = () => clearTimeout(timer);
    });
  }

  /** In log order for all members, so that an event moves also those whom it does not concern. */
  #tell(message) {
    const { op, channel, id, resume, cursor = resume ?? id } = message;
    if (cursor) Object.assign(this.wish, { after: cursor, since: undefined, last: undefined, snapshot: undefined });
    for (const [ref, channels] of this.members) {
      const isMeant = !channel || this.members.size === 1 || channels.some(name => matches(name, channel, this.wish.presence));
      if (isMeant) this.#ear.take({ ...message, ref });
      else if (op === 'event') this.#ear.take({ op: 'place', ref, cursor });
    }
  }
}

function beginning(answer) {
  return answer.headers.get('Sluice-Cursor') ?? undefined;
}
