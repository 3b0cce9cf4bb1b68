/** What is read, and how far. */

/**
 * A selection, and the place up to which it was read. Nothing is ever dropped as a double: on each line it is asked
 * for from exactly this place, so that there are none.
 */
export class Subscription {
  ref; // On the present line, while there is one.
  isServed = false; // As it was asked for last.
  place;
  failures = 0;
  #names;
  #options;
  #tell;
  #ended = new Set();

  constructor(names, options, tell) {
    this.#names = names;
    this.#options = options;
    this.#tell = tell;
  }

  question() {
    const { after, since, last, snapshot, ...others } = this.#options;
    const isStart = this.place === undefined;
    const start = isStart ? { after, since, last, snapshot } : { after: this.place };
    if (isStart && !since && !last && !snapshot) start.after ??= 'latest';
    this.isServed = false;
    return { op: 'subscribe', channels: this.#names, ...start, ...others };
  }

  hear(message) {
    const { op, cursor } = message;
    if (op === 'error') {
      this.isServed = false;
    } else if (op === 'ok') {
      this.isServed = true;
      this.place ??= cursor;
    } else if (op === 'event') {
      this.place = cursor ?? message.id;
      this.#ended.delete(message.channel); // Deleted after its end, and begun anew.
    } else if (op === 'gap') {
      this.place = message.resume;
      this.#ended.clear(); // Any of them may have been deleted; the hub knows.
    } else {
      this.place = cursor ?? this.place;
      if (op === 'closed') this.#ended.add(message.channel);
    }
    if (op !== 'error') this.failures = 0;
    this.#tell(message);
  }

  get isComplete() {
    return this.#names.every(name => this.#ended.has(name));
  }
}
