/** A hub as docs/protocol.md has it, in as few lines as possible; the client is measured against it. */

const EVENTS_A_TURN = 5; // A subscription that has more to get is behind.
const TURN_MS = 40;

export class ModelHub {
  log = []; // Event n is at n - 1.
  trimmed = 0; // Events up to this one are gone.
  tokenMs; // The life of a token; undefined if there are none.
  renewals = 0;
  #world;
  #keys = new Map();
  #sessions = new Map();
  #readers = new Set(); // Streams and long polls without a session.

  constructor(world) {
    this.#world = world;
  }

  get head() {
    return this.log.length;
  }

  publish(channel, data, key) {
    if (this.#keys.has(key)) return { id: this.#keys.get(key), replay: true };
    this.log.push({ n: this.head + 1, channel, data });
    const id = String(this.head);
    if (key) this.#keys.set(key, id);
    for (const session of this.#sessions.values()) session.wake();
    for (const reader of [...this.#readers]) reader();
    return { id };
  }

  /** The events of these channels after a position, up to a maximum, and the position after them. */
  read(channels, after, max = Infinity) {
    const events = [];
    let n = after;
    while (n < this.head && events.length < max) {
      const event = this.log[n++];
      if (channels.includes(event.channel)) events.push(event);
    }
    return { events, next: n };
  }

  place(after) {
    return after === undefined || after === 'latest' ? this.head : after === 'earliest' ? 0 : Number(after);
  }

  gap(after) {
    return after < this.trimmed ? { after: String(after), resume: String(this.trimmed), reason: 'trimmed' } : undefined;
  }

  onNews(tell) {
    this.#readers.add(tell);
    return () => this.#readers.delete(tell);
  }

  open(heartbeat, say) {
    const session = new Session(this, this.#world, heartbeat, say, `s${this.#sessions.size}-${this.#world.steps}`);
    this.#sessions.set(session.name, session);
    session.onEnd = () => this.#sessions.delete(session.name);
    return session;
  }

  session(name) {
    return this.#sessions.get(name);
  }
}

export function envelope({ n, channel, data }) {
  return { id: String(n), channel, type: 'message', time: '2026-11-20T08:00:00Z', data };
}

class Session {
  onEnd = () => {};
  #hub;
  #world;
  #say;
  #heartbeat;
  #subscriptions = new Map();
  #isWelcome = false;
  #isOver = false;
  #isAwake = false;
  #forgetExpiry = () => {};

  constructor(hub, world, heartbeat, say, name) {
    Object.assign(this, { name });
    [this.#hub, this.#world, this.#heartbeat, this.#say] = [hub, world, heartbeat, say];
    this.#beat(); // A hub may do so before anybody has said hello.
  }

  #beat() {
    this.#world.after(this.#heartbeat * 1_000, () => {
      if (this.#isOver) return;
      const behind = {};
      for (const [ref, { next, channels }] of this.#subscriptions) {
        const { events } = this.#hub.read(channels, next);
        if (events.length) behind[ref] = events.length;
      }
      this.#say({ op: 'heartbeat', cursor: String(this.#hub.head), behind });
      this.#beat();
    });
  }

  welcome() {
    this.#isWelcome = true;
    this.#say({ op: 'welcome', session: this.name, heartbeat: this.#heartbeat, expiresInMs: this.#issue() });
  }

  /** @return the life of the session's next token */
  #issue() {
    const { tokenMs } = this.#hub;
    this.#forgetExpiry();
    if (tokenMs) this.#forgetExpiry = this.#world.after(tokenMs, () => this.#expire());
    return tokenMs;
  }

  #expire() {
    if (this.#isOver) return;
    this.#say({ op: 'error', problem: { status: 401, title: 'The token has expired.' }, retry: false });
    this.end();
  }

  hear({ op, ref, ...message }) {
    if (this.#isOver) return;
    if (op === 'hello') return this.welcome();
    if (!this.#isWelcome) throw new Error(`'${op}' before hello`);
    this.#world.onStep(op, { session: this });
    if (op === 'subscribe') {
      if (this.#subscriptions.has(ref)) throw new Error(`ref ${ref} is in use`);
      const after = this.#hub.place(message.after);
      this.#say({ op: 'ok', ref, cursor: String(after) });
      const gap = this.#hub.gap(after);
      if (gap) this.#say({ op: 'gap', ref, ...gap });
      this.#subscriptions.set(ref, { channels: message.channels, next: gap ? this.#hub.trimmed : after });
      this.wake();
    } else if (op === 'unsubscribe') {
      this.#subscriptions.delete(ref);
      this.#say({ op: 'ok', ref });
    } else if (op === 'publish') {
      this.#say({ op: 'ok', ref, ...this.#hub.publish(message.channel, message.data, message.idempotencyKey) });
    } else if (op === 'refresh') {
      this.#hub.renewals++;
      this.#say({ op: 'ok', ref, expiresInMs: this.#issue() });
    } else if (op === 'ping') {
      this.#say({ op: 'pong' });
    } else {
      throw new Error(`unknown op '${op}'`);
    }
  }

  /** A few events for each, then it is the turn of others. */
  wake() {
    if (this.#isAwake || this.#isOver) return;
    this.#isAwake = true;
    this.#world.after(TURN_MS, () => {
      this.#isAwake = false;
      if (this.#isOver) return;
      for (const [ref, subscription] of this.#subscriptions) {
        if (subscription.next < this.#hub.trimmed) {
          this.#say({ op: 'gap', ref, ...this.#hub.gap(subscription.next) });
          subscription.next = this.#hub.trimmed;
        }
        const { events, next } = this.#hub.read(subscription.channels, subscription.next, EVENTS_A_TURN);
        subscription.next = next;
        for (const event of events) this.#say({ op: 'event', ref, ...envelope(event) });
        if (next < this.#hub.head) this.wake();
      }
    });
  }

  end() {
    this.#isOver = true;
    this.onEnd();
  }
}
