/** All tabs of a browser on one connection. */
import { randomKey } from './data.js';
import { Subscription } from './subscription.js';

/**
 * The tabs of a browser that talk to the same hub as the same client. The one that holds the lock leads: it has the
 * connection, and asks on it for the others. Each of these knows its own places, and asks the next leader from there.
 *
 * A tab that was stuck may still think that it leads. So each time that a tab gets the lock begins a term, later ones are
 * greater, and who follows goes over to the leader of the greatest. It says hello there, and asks for everything again,
 * all on that leader's own channel: the order in which tabs hear two channels is not known.
 */
export class Tabs {
  isLeader = false;
  #isJoined = false;
  #name;
  #connection;
  #id = randomKey();
  #leader; // Of whom a guest believes that it leads.
  #term = 0; // This tab's own, or that of the one that it follows.
  #radios = new Map(); // Who talks to one tab is heard by that one alone: what a leader hands on is much.
  #line;
  #queueing;
  #resign = () => {};
  #go = () => {};
  #guests = new Map(); // Tabs that are asked for, each with its subscriptions by their refs.

  constructor(name, connection) {
    this.#name = name;
    this.#connection = connection;
  }

  join() {
    if (this.#isJoined) return;
    this.#isJoined = true;
    for (const id of ['', this.#id]) this.#radio(id).onmessage = ({ data }) => this.#heard(data);
    // Who gets this lock knows that this tab is gone, however it went.
    navigator.locks.request(`${this.#name} ${this.#id}`, () => {
      if (!this.#isJoined) return; // It was closed before it came that far.
      return new Promise(resolve => {
        this.#go = resolve;
        this.#queue();
        this.#connection.restart();
      });
    });
    // A frozen page answers nobody.
    globalThis.document?.addEventListener('freeze', () => this.#resign());
    globalThis.addEventListener?.('pagehide', () => this.#resign());
  }

  leave() {
    this.#isJoined = false;
    this.#queueing?.abort();
    this.#resign();
    this.#step(false);
    this.#go();
    for (const [, radio] of this.#radios) radio.close();
  }

  /** Nobody leads, though somebody holds the lock: a page that was frozen. */
  takeOver() {
    this.#leader = undefined;
    this.#queueing?.abort();
    this.#queue({ steal: true });
  }

  async #queue(how) {
    this.#queueing = new AbortController();
    try {
      await navigator.locks.request(this.#name, how ?? { signal: this.#queueing.signal }, () => {
        if (!this.#isJoined) return;
        return new Promise(resolve => {
          this.#resign = resolve;
          this.#step(true);
        });
      });
    } catch (error) { // Taken over by another tab, or no longer queueing.
      if (error.name !== 'AbortError') throw error;
      if (!this.isLeader) return;
    }
    this.#step(false);
    if (this.#isJoined) this.#queue();
  }

  #step(isLeader) {
    if (isLeader === this.isLeader) return;
    this.isLeader = isLeader;
    this.#leader = undefined;
    for (const [id] of this.#guests) this.#forget(id);
    if (!this.#isJoined) return;
    this.#term = isLeader ? Math.max(this.#term + 1, Date.now()) : 0;
    if (isLeader) this.#post({ welcome: this.#term });
    this.#connection.restart();
  }

  // As a guest

  follow(line) {
    this.#line = line;
    if (!this.#leader) return this.#post({ who: true });
    this.ask({ op: 'hello' });
    line.heard({ op: 'welcome' });
  }

  #welcomed(leader, term) {
    if (term < this.#term || (leader === this.#leader && term === this.#term)) return;
    const hadLeader = this.#leader;
    [this.#leader, this.#term] = [leader, term];
    if (hadLeader) this.#connection.restart();
    else if (this.#line) this.follow(this.#line);
  }

  ask(message) {
    if (this.#leader) this.#post({ message, term: this.#term }, this.#leader);
  }

  retry() {
    if (!this.isLeader) this.#post({ retry: true });
  }

  // As the leader

  tellState(state) {
    // An Error would arrive without its members, and not everything that is thrown can be sent.
    state = { ...state, error: state.error && { ...state.error, cause: undefined } };
    for (const [id] of this.#guests) this.#post({ state }, id);
  }

  /** From here on it asks anew. */
  #greet(id) {
    if (this.#guests.has(id)) this.#forget(id);
    else navigator.locks.request(`${this.#name} ${id}`, () => this.#forget(id));
    this.#guests.set(id, new Map());
    this.tellState(this.#connection.state);
  }

  /** It asks the next leader for all of it: a publish that came from here as well, and late, might stand twice. */
  #forget(id) {
    for (const subscription of this.#guests.get(id)?.values() ?? []) this.#connection.unsubscribe(subscription);
    this.#guests.delete(id);
    this.#radio(id).close();
    this.#radios.delete(id);
  }

  #serve(id, { op, ref, channels, ...message }) {
    const guest = this.#guests.get(id);
    const isHere = () => this.#guests.get(id) === guest;
    const tell = answer => {
      if (isHere() && answer.op !== 'stopped') this.#post({ message: { ...answer, ref } }, id);
    };
    const ok = answer => tell({ ...answer, op: 'ok' });
    const no = ({ problem, status, message: title }) => tell({ op: 'error', problem: problem ?? { status, title }, retry: false });
    switch (op) {
      case 'hello':
        return this.#greet(id);
      case 'subscribe':
        guest.set(ref, new Subscription(channels, message, tell));
        return this.#connection.subscribe(guest.get(ref));
      case 'unsubscribe':
        if (guest.has(ref)) this.#connection.unsubscribe(guest.get(ref));
        return guest.delete(ref);
      case 'publish':
      case 'presence':
        return this.#connection.ask({ op, ...message }, isHere).then(ok, no);
      case 'wake':
        this.#connection.wake();
    }
    tell({ op: 'pong' });
  }

  /** To all others, or to one. */
  #post(words, to = '') {
    this.#radio(to).postMessage({ from: this.#id, ...words });
  }

  #radio(id) {
    if (!this.#radios.has(id)) this.#radios.set(id, new BroadcastChannel(`${this.#name} ${id}`));
    return this.#radios.get(id);
  }

  /** What has a term is for who leads in it; else two tabs that follow each other would take questions for answers. */
  #heard({ from, who, retry, welcome, state, message, term }) {
    if (this.isLeader) {
      if (who) this.#post({ welcome: this.#term }, from);
      else if (retry) this.#connection.retry();
      else if (term === this.#term && (message.op === 'hello' || this.#guests.has(from))) this.#serve(from, message);
    } else if (welcome) {
      this.#welcomed(from, welcome);
    } else if (from === this.#leader && who) { // It leads no more.
      this.#leader = undefined;
      this.#term = 0;
      this.#connection.restart();
    } else if (from === this.#leader && !term && (state || message)) {
      this.#line?.heard(state ? { op: 'state', ...state } : message);
    }
  }
}
