/** A channel as pages use it: events, publishes, presence. */
import { Emitter } from './emitter.js';
import { asEvent, content, randomKey } from './data.js';
import { refused } from './errors.js';
import { inPath } from './hub.js';
import { onlyKnown } from './options.js';
import { Pace } from './pace.js';
import { Subscription } from './subscription.js';

/** Queued events of a `for await` loop. At the limit the subscription is ended; it is resumed when the loop has caught up. */
const QUEUE_EVENTS_MAX = 1_000;

const PUBLICATION = ['type', 'key', 'contentType', 'idempotencyKey', 'ifMatch'];

/** The shortest time between two calls with the list of members. */
const MEMBERS_PAUSE_MS = 50;

/**
 * A selection and its events. Handlers are called by the type of the event; `*` gets all events. Besides events there
 * are `open`, `error`, `sluice.gap`, `sluice.closed`, `sluice.complete` and `sluice.lag`, which no publisher can send.
 * A `for await` loop gets events and gaps in order.
 */
export class Channel extends Emitter {
  #connection;
  #names;
  #subscription;
  #pace;
  #all; // The channels that are read.
  #loops = new Set();
  #watches = new Set();
  #isReading;
  #isOver;

  constructor(connection, names, options, all) {
    super();
    this.#connection = connection;
    this.#names = names;
    this.#all = all;
    const { pace, ...selection } = options;
    if (pace) this.#pace = new Pace(pace, message => this.#handle(message), () => this.#pause(), () => this.#read());
    this.#subscription = new Subscription(names, selection, message => (this.#pace ? this.#pace.put(message) : this.#handle(message)));
  }

  /** The cursor after the last event received, which may still wait for a loop or its pace; `after` takes it, now or later. */
  get cursor() {
    return this.#subscription.cursor;
  }

  on(type, handler) {
    super.on(type, handler);
    this.#read();
    return this;
  }

  async *[Symbol.asyncIterator]() {
    const { error } = this.#connection.state;
    if (error) throw error;
    if (this.#isOver) return;
    const loop = { queue: [], wake() {} };
    this.#loops.add(loop);
    this.#read();
    try {
      for (;;) {
        while (loop.queue.length) yield loop.queue.shift();
        if (loop.end?.error) throw loop.end.error;
        if (loop.end) return;
        const woken = new Promise(resolve => (loop.wake = resolve));
        this.#read();
        await woken;
      }
    } finally {
      this.#loops.delete(loop);
      if (this.#loops.size || this.hasHandlers) this.#read(); // They may have been held back with it.
    }
  }

  /** Resolves with `{id, channel, replay}` once the hub has the event, even if the connection was lost in between. */
  async publish(data, options = {}) {
    onlyKnown(Object.keys(options), PUBLICATION);
    const { type, key, contentType, ifMatch } = options;
    const idempotencyKey = options.idempotencyKey ?? randomKey();
    const headers = { contentType, idempotencyKey, ifMatch };
    for (const name in headers) if (/[^ -~]/.test(headers[name])) throw new TypeError(`'${name}' must be printable ASCII.`);
    const channel = this.#one();
    const message = { op: 'publish', channel, type, key, ...content(data, contentType), idempotencyKey, ifMatch };
    const { id, replay = false } = await this.#connection.request(message);
    return { id, channel, replay };
  }

  /** The members of the channel. A function is called with them now and after each change, until this is closed. */
  async presence(onMembers) {
    const channel = this.#one();
    const { members, cursor } = await this.#connection.request({ op: 'presence', channel });
    if (onMembers && !this.#isOver) this.#watchMembers(channel, members, cursor, onMembers);
    return members;
  }

  close() {
    this.#isOver = true;
    this.#pause();
    this.#pace?.close();
    for (const watch of this.#watches) this.#connection.unsubscribe(watch);
    this.#watches.clear();
    this.#end();
  }

  #one() {
    if (this.#names.length > 1) throw new TypeError('This is for one channel.');
    inPath(this.#names[0]);
    return this.#names[0];
  }

  #read() {
    const isBehind = [...this.#loops].some(loop => loop.queue.length);
    if (this.#isReading || this.#isOver || isBehind || this.#pace?.isFull) return;
    this.#isReading = true;
    this.#all.add(this);
    this.#connection.subscribe(this.#subscription);
  }

  #pause() {
    this.#isReading = false;
    this.#connection.unsubscribe(this.#subscription);
  }

  #handle({ op, ref, ...detail }) {
    switch (op) {
      case 'ok':
        return this.emit('open', detail);
      case 'event':
        return this.#deliver(asEvent(detail));
      case 'gap':
        return this.#deliver({ type: 'sluice.gap', ...detail });
      case 'closed':
        return this.emit('sluice.closed', detail);
      case 'place':
        return detail.behind === undefined || this.emit('sluice.lag', { behind: detail.behind });
      case 'complete':
        this.#isOver = true;
        this.emit('sluice.complete', {});
        return this.#end();
      case 'error':
        if (detail.retry) return;
        this.#isOver = true;
        detail = refused(detail.problem);
        this.emit('error', detail);
        return this.#end(detail);
      case 'stopped':
        return this.#end(detail.error);
    }
  }

  #deliver(event) {
    this.emit(event.type, event);
    this.emit('*', event);
    for (const loop of this.#loops) {
      loop.queue.push(event);
      loop.wake();
      if (loop.queue.length >= QUEUE_EVENTS_MAX) this.#pause(); // It resumes from this cursor.
    }
  }

  #end(error) {
    if (this.#isOver && !this.#watches.size) this.#all.delete(this);
    for (const loop of this.#loops) {
      loop.end = { error };
      loop.wake();
    }
  }

  #watchMembers(channel, members, cursor, onMembers) {
    const here = new Map(members.map(member => [member.client, member]));
    let timer;
    const callSoon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (this.#watches.has(watch)) onMembers([...here.values()]);
      }, MEMBERS_PAUSE_MS);
    };
    const watch = new Subscription([`$presence/${channel}`], { after: cursor }, message => {
      if (message.op === 'gap') { // Joins and leaves were missed: request the list again.
        this.#watches.delete(watch);
        this.#connection.unsubscribe(watch);
        this.presence(onMembers).catch(error => this.emit('error', error));
      } else if (message.op === 'event') {
        if (message.removed) here.delete(message.key);
        else here.set(message.key, { client: message.key, time: message.time });
        callSoon();
      } else if (message.op === 'error' && !message.retry) {
        this.emit('error', refused(message.problem));
      }
    });
    this.#watches.add(watch);
    this.#all.add(this);
    this.#connection.subscribe(watch);
    callSoon();
  }
}
