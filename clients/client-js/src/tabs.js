/** One connection for all tabs of a browser. */
import { randomKey } from './data.js';
import { problemOf } from './errors.js';
import { lockHolders } from './locks.js';
import { RESEND_MS_MAX } from './outbox.js';
import { onPage } from './page-events.js';
import { Subscription } from './subscription.js';

/**
 * The tabs of a browser that use the same hub as the same client. The tab that holds the lock is the leader: it has the
 * connection, and passes on the requests of the others, its followers. Each follower knows its own cursors, and resumes
 * from them with the next leader.
 *
 * A tab that was frozen may still consider itself the leader. So each time a tab gets the lock, a new term
 * begins; later terms are greater, and followers change to the leader of the greatest. They send it hello and
 * repeat all requests, on that leader's own broadcast channel: the order of messages of two channels is not
 * defined.
 */
export class Tabs {
  isLeader = false;
  #isJoined;
  #name;
  #connection;
  #id = randomKey();
  #leader; // The id of a follower's leader.
  #asked; // The tab that had the lock when this one began to follow, or to ask for a leader.
  #term = 0; // This tab's own, or its leader's.
  #broadcasts = new Map(); // A channel for each tab, as a leader passes on much data.
  #transport;
  #queueing;
  #resign = () => {};
  #releaseOwnLock = () => {};
  #followers = new Map(); // By id, each with its subscriptions by ref.

  constructor(name, connection) {
    this.#name = name;
    this.#connection = connection;
  }

  /** @param signal aborts when this tab needs the connection no more */
  join(signal) {
    if (this.#isJoined) return;
    this.#isJoined = true;
    this.#join().catch(() => {
      if (!this.#isJoined) return;
      this.leave();
      this.#connection.stopSharing();
    });
    onPage(['freeze', 'pagehide'], () => this.#resign(), signal); // A frozen page does not answer.
  }

  /** @throws in a sandboxed frame, which may use neither locks nor broadcast channels */
  async #join() {
    for (const id of ['', this.#id]) this.#broadcast(id).onmessage = ({ data }) => this.#receive(data);
    // Another tab that gets this lock knows that this tab is gone, whatever ended it.
    await navigator.locks.request(`${this.#name} ${this.#id}`, () => {
      if (!this.#isJoined) return; // It was closed in between.
      return new Promise(resolve => {
        this.#releaseOwnLock = resolve;
        this.#queue();
        this.#connection.restart();
      });
    });
  }

  leave() {
    this.#isJoined = false;
    this.#queueing?.abort();
    this.#resign();
    this.#setLeader(false);
    this.#releaseOwnLock();
    for (const [, broadcast] of this.#broadcasts) broadcast.close();
  }

  /**
   * Takes the lock from a leader that does not answer, such as a frozen page. Its followers notice that at
   * the same time, so one after the other checks whether the tab that it asked still has the lock, and
   * otherwise asks the tab that has it now.
   */
  takeOver() {
    const asked = this.#asked; // A welcome that arrives in between is from another tab.
    this.#leader = undefined;
    navigator.locks.request(`${this.#name} turn`, async () => {
      const holder = await this.#holder();
      if (!this.#isJoined || this.isLeader) return;
      if (holder !== asked) return this.#connection.restart();
      this.#queueing.abort();
      this.#queue({ steal: true }); // Takes effect before the end of this turn, as the requests of a tab are in order.
    });
  }

  /** The browser's own name for the tab that has the lock. */
  async #holder() {
    return (await lockHolders(this.#name))[0]?.clientId;
  }

  async #queue(options) {
    this.#queueing = new AbortController();
    try {
      await navigator.locks.request(this.#name, options ?? { signal: this.#queueing.signal }, () => {
        if (!this.#isJoined) return;
        return new Promise(resolve => {
          this.#resign = resolve;
          this.#setLeader(true);
        });
      });
    } catch (error) { // The lock was stolen by another tab, or the request was cancelled.
      if (error.name !== 'AbortError') throw error;
      if (!this.isLeader) return;
    }
    this.#setLeader(false);
    if (this.#isJoined) this.#queue();
  }

  #setLeader(isLeader) {
    if (isLeader === this.isLeader) return;
    this.isLeader = isLeader;
    this.#leader = undefined;
    for (const [id] of this.#followers) this.#removeFollower(id);
    if (!this.#isJoined) return;
    this.#term = isLeader ? Math.max(this.#term + 1, Date.now()) : 0;
    if (isLeader) this.#post({ welcome: this.#term });
    this.#connection.restart();
  }

  // As a follower

  async follow(transport) {
    this.#transport = transport;
    if (this.#leader) {
      this.request({ op: 'hello' });
      transport.received({ op: 'welcome' });
    } else {
      this.#post({ who: true });
    }
    this.#asked = await this.#holder();
  }

  #followLeader(leader, term) {
    if (term < this.#term || (leader === this.#leader && term === this.#term)) return;
    const hadLeader = this.#leader;
    this.#leader = leader;
    this.#term = term;
    if (hadLeader) this.#connection.restart();
    else if (this.#transport) this.follow(this.#transport);
  }

  request(message, sentAt) {
    if (this.#leader) this.#post({ message, term: this.#term, sentAt, postedAt: Date.now() }, this.#leader);
  }

  retry() {
    if (!this.isLeader) this.#post({ retry: true });
  }

  // As the leader

  sendState(state) {
    // An Error would arrive without its properties, and a cause may not be cloneable.
    state = { ...state, error: state.error && { ...state.error, cause: undefined } };
    for (const [id] of this.#followers) this.#post({ message: { op: 'state', state } }, id);
  }

  /** Adds a follower; a known one begins again. */
  #addFollower(id) {
    if (this.#followers.has(id)) this.#removeFollower(id);
    else navigator.locks.request(`${this.#name} ${id}`, { signal: this.#queueing.signal }, () => this.#removeFollower(id)).catch(() => {}); // This tab left.
    this.#followers.set(id, new Map());
    this.sendState(this.#connection.state);
  }

  /** Drops a follower's requests: it repeats them with the next leader, and a late publish from here might be stored twice. */
  #removeFollower(id) {
    for (const subscription of this.#followers.get(id)?.values() ?? []) this.#connection.unsubscribe(subscription);
    this.#followers.delete(id);
    this.#broadcast(id).close();
    this.#broadcasts.delete(id);
  }

  #serve(id, { op, ref, channels, ...message }, sentAt, postedAt) {
    const follower = this.#followers.get(id);
    const isHere = () => this.#followers.get(id) === follower;
    const reply = answer => {
      if (isHere() && answer.op !== 'stopped') this.#post({ message: { ...answer, ref } }, id);
    };
    switch (op) {
      case 'hello':
        return this.#addFollower(id);
      case 'subscribe':
        follower.set(ref, new Subscription(channels, message, answer => answer.retry || reply(answer))); // It is requested again here.
        return this.#connection.subscribe(follower.get(ref));
      case 'unsubscribe':
        if (follower.has(ref)) this.#connection.unsubscribe(follower.get(ref));
        return follower.delete(ref);
      case 'publish':
      case 'presence':
        // If this tab was blocked since, the follower may have sent it by way of another one.
        if (Date.now() - postedAt > RESEND_MS_MAX) sentAt ??= postedAt;
        return this.#connection.request({ op, ...message, sentAt }, isHere).then(
          answer => reply({ ...answer, op: 'ok' }),
          error => reply({ op: 'error', problem: problemOf(error), mayHaveArrived: error.mayHaveArrived }),
        );
      case 'wake':
        this.#connection.wake();
    }
    reply({ op: 'pong' });
  }

  /** Sends to all other tabs, or to one. */
  #post(fields, to = '') {
    this.#broadcast(to).postMessage({ from: this.#id, ...fields });
  }

  #broadcast(id) {
    if (!this.#broadcasts.has(id)) this.#broadcasts.set(id, new BroadcastChannel(`${this.#name} ${id}`));
    return this.#broadcasts.get(id);
  }

  /** A message with a term is for the leader of that term; otherwise two tabs might mistake each other's requests for answers. */
  #receive({ from, who, retry, welcome, message, term, sentAt, postedAt }) {
    if (this.isLeader) {
      if (who) this.#post({ welcome: this.#term }, from);
      else if (retry) this.#connection.retry();
      else if (term === this.#term && (message.op === 'hello' || this.#followers.has(from))) this.#serve(from, message, sentAt, postedAt);
    } else if (welcome) {
      this.#followLeader(from, welcome);
    } else if (from === this.#leader) {
      if (who) { // It is no longer the leader.
        this.#leader = undefined;
        this.#term = 0;
        this.#connection.restart();
      } else if (message && !term) {
        this.#transport?.received(message);
      }
    }
  }
}
