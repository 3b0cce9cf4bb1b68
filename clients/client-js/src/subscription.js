/** A selection and its cursor. */

/**
 * A selection, and the cursor up to which it was read. Each transport subscribes from exactly this cursor, so that there
 * are no duplicates to remove.
 */
export class Subscription {
  ref; // Its ref on the current transport; undefined without a transport.
  isBeside; // Whether it is polled, because it is beyond the limit of the current session.
  isServed; // Whether the current transport has confirmed it.
  cursor;
  failures = 0;
  #names;
  #options;
  #onMessage;
  #ended = new Set();

  constructor(names, options, onMessage) {
    this.#names = names;
    this.#options = options;
    this.#onMessage = onMessage;
  }

  message() {
    const { after, since, last, snapshot, ...others } = this.#options;
    const start = this.cursor ? { after: this.cursor } : { after, since, last, snapshot };
    if (!since && !last && !snapshot) start.after ??= 'latest';
    this.isServed = false;
    return { op: 'subscribe', channels: this.#names, ...start, ...others };
  }

  handle(message) {
    const { op, cursor } = message;
    if (op === 'ok') {
      this.isServed = true;
      this.cursor ??= cursor;
    } else if (op === 'event') {
      this.cursor = cursor ?? message.id;
      this.#ended.delete(message.channel); // The channel was deleted after its end, and has new events.
    } else if (op === 'gap') {
      this.cursor = message.resume;
      this.#ended.clear(); // Any of them may have been deleted; the hub reports ends again.
    } else {
      this.cursor = cursor ?? this.cursor;
      if (op === 'closed' && this.#ended.has(message.channel)) return; // Each poll repeats it.
      if (op === 'closed') this.#ended.add(message.channel);
    }
    if (op !== 'error') this.failures = 0;
    this.#onMessage(message);
  }

  /** Presence has no end (docs/protocol.md §4). */
  get isComplete() {
    return !this.#options.presence && this.#names.every(name => this.#ended.has(name));
  }
}
