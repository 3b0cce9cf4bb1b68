/**
 * Sluice in browsers and in Node: the channels of a hub, each event once and in order, over whatever line there is.
 * The contract it speaks is docs/protocol.md. This one module is all: no dependencies, no build.
 *
 *     const sluice = new Sluice('https://hub.example');
 *     sluice.channel('chat/7', { last: 20 }).on('message', event => show(event.data));
 *
 * From the outside inwards:
 *
 *     Sluice, Channel    what a page has in its hands
 *     Subscription       a selection, and the place up to which it was read: all that a reconnect needs
 *     Outbox             what was published and not yet acknowledged
 *     Connection         keeps one line open: back-off, choice of transport, who is meant by an answer
 *     lines              WebSocketLine, EventStreamLine, RequestLine, TabLine: siblings that speak the same messages
 *     Tabs               one connection for all tabs of a browser
 *
 * All lines speak the messages of a session (docs/protocol.md §4). One that has none on the wire, as a long poll,
 * translates; one that is another tab hands them on. So nothing above the lines knows which of them it has.
 */

const TRANSPORTS = ['websocket', 'sse', 'ndjson', 'longpoll', 'poll'];

const DEFAULTS = {
  transports: TRANSPORTS,
  backoff: {},
  client: undefined, // Who this is, for presence.
  getToken: undefined, // Asked before each request that needs one; may be async.
  credentials: undefined, // As of fetch: 'include' sends cookies to another origin.
  share: false,
  heartbeat: 15, // Seconds between signs of life, 5 to 120.
  answerMs: 10_000, // How long the hub may take for its first word.
  betterMs: 60_000, // Until better transports are tried again; twice as long each time.
  pollMs: 5_000, // Between two plain polls.
  waitSeconds: 25, // How long the hub may hold back the answer to a long poll.
  unsentBytesMax: 4 * 1024 * 1024, // Of publishes that wait to be acknowledged.
};

const BACKOFF = { first: 1_000, factor: 2, max: 30_000, jitter: 1, tries: Infinity };

const SELECTION = ['after', 'since', 'last', 'snapshot', 'type', 'conflate', 'coalesce', 'gap', 'presence', 'join'];

/** A line is dead when it misses two heartbeats and half of the time to a third. */
const HEARTBEATS_MISSED_MAX = 2.5;

/** Somebody comes back to the page, and the last word is older than this: that line is not waited for. */
const HEARTBEATS_LATE_MAX = 1.2;

/** Better transports are tried again at least this often. */
const BETTER_MS_MAX = 15 * 60_000;

/** Browsers allow six connections to a host over HTTP/1.1: these, one to publish, one for the page itself. */
const REQUESTS_MAX = 4;

/** As many as a hub takes in one selection, and as much of a URL as any proxy does. */
const NAMES_MAX = 64;
const NAMES_CHARS_MAX = 4_000;

/** A line of text that is longer than this is nothing that a hub sends. */
const LINE_CHARS_MAX = 64 * 1024 * 1024;

/** Events that wait for a loop; with more the subscription is given up, and resumed when the loop has caught up. */
const QUEUE_EVENTS_MAX = 1_000;

/** Publishes that are sent and not acknowledged: a hub listens to so many. */
const UNDER_WAY_MAX = 64;

/** A hub knows an idempotency key for five minutes. Later nobody could tell whether an event would stand there twice. */
const RESEND_MS_MAX = 4 * 60_000;

/** A list of members is told at most so often. */
const MEMBERS_PAUSE_MS = 50;

/** A timer that comes so late was held back with all of the page. */
const FROZEN_MS = 2_000;

/** Of messages that go up together. */
const POST_CHARS = 64 * 1024;

/** What went wrong, in the hub's words where it has said any: `status`, and `problem` (RFC 9457). */
export class SluiceError extends Error {
  constructor(message, details) {
    super(message);
    this.name = 'SluiceError';
    Object.assign(this, details);
  }
}

class Emitter {
  #handlers = new Map();

  on(type, handler) {
    if (!this.#handlers.has(type)) this.#handlers.set(type, new Set());
    this.#handlers.get(type).add(handler);
    return this;
  }

  off(type, handler) {
    this.#handlers.get(type)?.delete(handler);
    return this;
  }

  emit(type, detail) {
    for (const handler of this.#handlers.get(type) ?? []) {
      try {
        handler(detail);
      } catch (error) {
        setTimeout(() => { throw error; }); // The page's own mistake is shown as such, and stops nobody else.
      }
    }
  }
}

// ---- What a page has in its hands

/** A hub. Connects when there is something to do; `state`, `lag`, `crowded` and `error` are its events. */
export class Sluice extends Emitter {
  #connection;
  #channels = new Set();

  constructor(url = globalThis.location?.origin, options = {}) {
    super();
    const settings = { ...DEFAULTS, ...options };
    for (const name in options) {
      if (!(name in DEFAULTS)) throw new TypeError(`There is no option '${name}'.`);
    }
    for (const name of settings.transports) {
      if (!TRANSPORTS.includes(name)) throw new TypeError(`There is no transport '${name}'.`);
    }
    settings.backoff = { ...BACKOFF, ...settings.backoff };
    this.#connection = new Connection(new Hub(url, settings), settings, (type, detail) => this.emit(type, detail));
  }

  /** `{state: 'idle' | 'connecting' | 'open' | 'waiting' | 'stopped', …}`, as the event of the same name. */
  get state() {
    return this.#connection.state;
  }

  /** Channels or patterns to read, or one channel to publish to. Nothing is read before somebody listens. */
  channel(names, options = {}) {
    for (const name in options) {
      if (!SELECTION.includes(name)) throw new TypeError(`There is no option '${name}' of a channel.`);
    }
    const channel = new Channel(this.#connection, [names].flat(), options, () => this.#channels.delete(channel));
    this.#channels.add(channel);
    return channel;
  }

  publish(channel, data, options = {}) {
    return this.channel(channel).publish(data, options);
  }

  /** Tries now, rather than when the pause is over; after a stop, begins again. */
  retry() {
    this.#connection.retry();
  }

  close() {
    for (const channel of this.#channels) channel.close();
    this.#connection.close();
  }
}

/**
 * A selection and what comes from it. Handlers are called by the type of the event; `*` gets them all. Besides events
 * there are `open`, `error`, `sluice.gap`, `sluice.closed`, `sluice.complete` and `sluice.lag`, which no publisher can
 * send. A loop gets events and gaps in their order.
 */
class Channel extends Emitter {
  #connection;
  #names;
  #subscription;
  #onClosed;
  #loops = new Set();
  #watches = new Set();
  #isReading = false;
  #isOver = false;

  constructor(connection, names, options, onClosed) {
    super();
    this.#connection = connection;
    this.#names = names;
    this.#onClosed = onClosed;
    this.#subscription = new Subscription(names, options, message => this.#hear(message));
  }

  /** Behind all that has come: what `after` takes, here or on another day. */
  get cursor() {
    return this.#subscription.place;
  }

  on(type, handler) {
    super.on(type, handler);
    this.#read();
    return this;
  }

  async *[Symbol.asyncIterator]() {
    const loop = { queue: [], end: undefined, wake() {} };
    this.#loops.add(loop);
    if (this.#isOver) return;
    this.#read();
    try {
      for (;;) {
        while (loop.queue.length) yield loop.queue.shift();
        if (loop.end) {
          if (loop.end.error) throw loop.end.error;
          return;
        }
        const woken = new Promise(resolve => (loop.wake = resolve));
        this.#read();
        await woken;
      }
    } finally {
      this.#loops.delete(loop);
    }
  }

  /** Resolves with `{id, channel, replay}` once the hub has the event, whatever became of the line meanwhile. */
  async publish(data, { type, key, contentType, idempotencyKey = randomKey(), ifMatch } = {}) {
    return this.#connection.publish({ channel: this.#one(), type, key, ...content(data, contentType), idempotencyKey, ifMatch });
  }

  /** Who is here. With a function: that is told now and after each change, until this is closed. */
  async presence(tell) {
    const channel = this.#one();
    const { members, cursor } = await this.#connection.inquire({ op: 'presence', channel });
    if (tell && !this.#isOver) this.#watchMembers(channel, members, cursor, tell);
    return members;
  }

  close() {
    this.#isOver = true;
    this.#pause();
    for (const watch of this.#watches) this.#connection.unsubscribe(watch);
    this.#end();
    this.#onClosed();
  }

  #one() {
    const [name] = this.#names;
    if (this.#names.length === 1 && !/(^|\/)\*\*?(\/|$)/.test(name)) return name;
    throw new TypeError('This is for one channel that is named in full.');
  }

  #read() {
    const isBehind = [...this.#loops].some(loop => loop.queue.length);
    if (this.#isReading || this.#isOver || isBehind) return;
    this.#isReading = true;
    this.#connection.subscribe(this.#subscription);
  }

  #pause() {
    this.#isReading = false;
    this.#connection.unsubscribe(this.#subscription);
  }

  #hear({ op, ref, ...detail }) {
    switch (op) {
      case 'ok':
        return this.emit('open', detail);
      case 'event':
        return this.#arrived(asEvent(detail));
      case 'gap':
        return this.#arrived({ type: 'sluice.gap', ...detail });
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
        detail = refused(detail.problem?.status, detail.problem);
        this.emit('error', detail);
        return this.#end(detail);
      case 'stopped':
        return this.#end(detail.error);
    }
  }

  #arrived(event) {
    this.emit(event.type, event);
    this.emit('*', event);
    for (const loop of this.#loops) {
      loop.queue.push(event);
      loop.wake();
      if (loop.queue.length >= QUEUE_EVENTS_MAX) this.#pause(); // It goes on from the very place.
    }
  }

  #end(error) {
    for (const loop of this.#loops) {
      loop.end = { error };
      loop.wake();
    }
  }

  #watchMembers(channel, members, cursor, tell) {
    const here = new Map(members.map(member => [member.client, member]));
    let timer;
    const tellSoon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (this.#watches.has(watch)) tell([...here.values()]);
      }, MEMBERS_PAUSE_MS);
    };
    const watch = new Subscription([`$presence/${channel}`], { after: cursor }, message => {
      if (message.op === 'gap') { // Who came and went meanwhile is not known: ask again.
        this.#watches.delete(watch);
        this.#connection.unsubscribe(watch);
        this.presence(tell).catch(error => this.emit('error', error));
      } else if (message.op === 'event') {
        if (message.removed) here.delete(message.key);
        else here.set(message.key, { client: message.key, time: message.time });
        tellSoon();
      } else if (message.op === 'error' && !message.retry) {
        this.emit('error', refused(message.problem?.status, message.problem));
      }
    });
    this.#watches.add(watch);
    this.#connection.subscribe(watch);
    tellSoon();
  }
}

function asEvent(envelope) {
  const { data_base64: base64, ...event } = envelope;
  event.cursor ??= event.id;
  if (base64 !== undefined) event.data = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  return event;
}

function content(data, contentType) {
  if (data instanceof ArrayBuffer) data = new Uint8Array(data);
  if (data instanceof Uint8Array) {
    let binary = '';
    for (const byte of data) binary += String.fromCharCode(byte);
    return { data_base64: btoa(binary), contentType };
  }
  if (data === undefined) throw new TypeError('There is nothing to publish: data is undefined.');
  return { data, contentType };
}

function randomKey() { // crypto.randomUUID is there in secure contexts only.
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

// ---- What is asked of the hub, and survives its line

/**
 * A selection, and the place up to which it was read. Nothing is ever dropped as a double: on each line it is asked
 * for from exactly this place, so that there are none.
 */
class Subscription {
  ref; // On the present line, while there is one.
  isServed = false;
  place;
  behind = 0;
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
    if (op === 'ok') {
      this.isServed = true;
      this.place ??= cursor;
    } else if (op === 'event') {
      this.place = cursor ?? message.id;
      this.#ended.delete(message.channel); // Deleted after its end, and begun anew.
    } else if (op === 'gap') {
      this.place = message.resume;
      this.#ended.clear(); // Any of them may have been deleted; the hub knows.
    } else if (op === 'closed') {
      this.place = cursor ?? this.place;
      this.#ended.add(message.channel);
    } else if (op === 'place') {
      this.place = cursor ?? this.place;
      this.behind = message.behind ?? this.behind;
    }
    if (op !== 'error') this.failures = 0;
    this.#tell(message);
  }

  get isComplete() {
    return this.#names.every(name => this.#ended.has(name));
  }
}

/** What is published, in order, until the hub has it or says no. */
class Outbox {
  #entries = new Set();
  #bytes = 0;
  #bytesMax;
  #request;
  #timer;
  #failures = 0;

  /** @param request sends an entry's question if there is a line, and says whether there was */
  constructor(bytesMax, request) {
    this.#bytesMax = bytesMax;
    this.#request = request;
  }

  add(message) {
    const bytes = JSON.stringify(message).length + 1_024; // What it takes besides, roughly.
    return new Promise((resolve, reject) => {
      if (this.#bytes + bytes > this.#bytesMax) {
        return reject(new SluiceError(`${this.#bytes} bytes wait to be sent already, and there is no room for more.`));
      }
      this.#bytes += bytes;
      const entry = { ref: undefined, sentMs: undefined, bytes, resolve, reject };
      entry.question = () => ({ op: 'publish', ...message });
      entry.hear = answer => this.#answered(entry, message, answer);
      this.#entries.add(entry);
      this.flush();
    });
  }

  flush() {
    if (this.#timer) return;
    let underWay = 0;
    for (const entry of this.#entries) {
      if (++underWay > UNDER_WAY_MAX) return;
      if (entry.ref !== undefined) continue;
      if (Date.now() - entry.sentMs > RESEND_MS_MAX) {
        this.#remove(entry);
        entry.reject(new SluiceError('The hub was away for too long. The event may have arrived.', { mayHaveArrived: true }));
      } else if (this.#request(entry)) {
        entry.sentMs ??= Date.now();
      } else {
        return;
      }
    }
  }

  #answered(entry, message, { op, id, replay, problem, retry }) {
    if (op === 'error' && retry) { // What was not sent yet waits behind it.
      entry.ref = undefined;
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.flush();
      }, jittered({ ...BACKOFF }, this.#failures++));
      return;
    }
    this.#failures = 0;
    this.#remove(entry);
    if (op === 'error') entry.reject(refused(problem?.status, problem));
    else entry.resolve({ id, channel: message.channel, replay: replay === true });
    this.flush();
  }

  #remove(entry) {
    this.#entries.delete(entry);
    this.#bytes -= entry.bytes;
  }

  /** The line is gone: all go out again, under the same keys. */
  recall() {
    for (const entry of this.#entries) entry.ref = undefined;
  }

  fail(error) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const entry of this.#entries) {
      this.#remove(entry);
      entry.reject(entry.sentMs ? new SluiceError(error.message, { ...error, mayHaveArrived: true }) : error);
    }
  }
}

// ---- One line, kept open

/** Any part of a pause by chance ("full jitter"), so that those who lost the same hub don't come back in step. */
function jittered({ first, factor, max, jitter }, failures) {
  return Math.min(max, first * factor ** failures) * (1 - jitter * Math.random());
}

class Connection {
  state = { state: 'idle' };
  #hub;
  #settings;
  #tell;
  #tabs;
  #outbox;
  #subscriptions = new Set();
  #inquiries = new Set();
  #askers = new Map(); // Who asked, by ref: answers and events find them.
  #lastRef = 0;

  #call; // The line in use, with who listens to it.
  #better; // One that is tried meanwhile.
  #isOpen = false;
  #turn = 0; // Tells whether the world has changed while something was waited for.
  #index = 0;
  #trusted; // The transport that worked last; it is forgiven once.
  #failures = 0;
  #lag = 0;
  #isTokenFresh = false;
  #timer;
  #betterTimer;
  #betterMs;
  #closing = new AbortController();

  constructor(hub, settings, tell) {
    this.#hub = hub;
    this.#settings = settings;
    this.#tell = tell;
    this.#betterMs = settings.betterMs;
    this.#outbox = new Outbox(settings.unsentBytesMax, entry => this.#ask(entry));
    this.#index = Math.max(0, this.#transports.indexOf(hub.memory.read()));
    this.#trusted = this.#transports[this.#index];
    if (settings.share && globalThis.navigator?.locks && globalThis.BroadcastChannel) {
      this.#tabs = new Tabs(`sluice ${hub.base} ${settings.client ?? ''}`, this);
    }
    listenForWaking(this, this.#closing.signal);
  }

  get #transports() {
    if (this.#tabs && !this.#tabs.isLeader) return ['tab'];
    return this.#settings.transports.filter(name => name !== 'websocket' || globalThis.WebSocket);
  }

  // What is wanted

  subscribe(subscription) {
    this.#subscriptions.add(subscription);
    this.#start();
    this.#ask(subscription);
  }

  unsubscribe(subscription) {
    this.#subscriptions.delete(subscription);
    if (subscription.ref === undefined) return;
    this.#askers.delete(subscription.ref);
    this.#call.line.send({ op: 'unsubscribe', ref: subscription.ref });
    subscription.ref = undefined;
  }

  publish(message) {
    if (this.state.error) return Promise.reject(this.state.error);
    this.#start();
    return this.#outbox.add(message);
  }

  /** A question that may be asked again on the next line. */
  inquire(message) {
    if (this.state.error) return Promise.reject(this.state.error);
    this.#start();
    return new Promise((resolve, reject) => {
      const inquiry = {
        reject,
        question: () => message,
        hear: ({ op, ref, problem, retry, ...answer }) => {
          if (op === 'error' && retry) return void setTimeout(() => this.#ask(inquiry), jittered(this.#settings.backoff, 0));
          this.#inquiries.delete(inquiry);
          if (op === 'error') reject(refused(problem?.status, problem));
          else resolve(answer);
        },
      };
      this.#inquiries.add(inquiry);
      this.#ask(inquiry);
    });
  }

  /** @return whether it is asked */
  #ask(asker) {
    if (!this.#isOpen) return false;
    if (asker.ref !== undefined) this.#askers.delete(asker.ref);
    asker.ref = ++this.#lastRef;
    this.#askers.set(asker.ref, asker);
    this.#call.line.send({ ref: asker.ref, ...asker.question() });
    return true;
  }

  // The line's life

  #start() {
    if (this.state.state !== 'idle') return;
    if (this.#tabs) this.#tabs.join();
    else this.#connect();
  }

  #connect() {
    const name = this.#transports[this.#index] ?? this.#transports[0];
    this.#say({ state: 'connecting', transport: name });
    this.#call = this.#open(name);
  }

  #open(name) {
    const call = { name };
    const ear = new Ear(
      this.#hub,
      message => this.#hear(call, message),
      failure => this.#lost(call, failure),
    );
    call.ear = ear;
    call.line = LINES[name](this.#hub, ear, this.#tabs);
    call.line.open();
    if (name !== 'websocket' && name !== 'tab') watchCrowd(this.#hub, ear, detail => this.#tell('crowded', detail));
    return call;
  }

  #hear(call, message) {
    if (call === this.#better && message.op === 'welcome') {
      this.#better = undefined;
      this.#detach();
      this.#call = call;
      this.#index = this.#transports.indexOf(call.name);
    }
    if (call !== this.#call) return;
    const asker = this.#askers.get(message.ref);
    if (message.op === 'welcome') this.#welcomed(call);
    else if (message.op === 'heartbeat') this.#heartbeat(message);
    else if (message.op === 'state') this.#mirror(message);
    else if (message.op === 'drain') call.ear.lost(new SluiceError('The hub is draining.', message));
    else if (asker) this.#answer(asker, message);
    else if (message.op === 'error' && message.ref === undefined) this.#tell('error', refused(message.problem?.status, message.problem));
  }

  #welcomed({ name }) {
    this.#isOpen = true;
    this.#trusted = name;
    this.#isTokenFresh = false;
    if (name !== 'tab') { // Whose leader says how the line is.
      this.#hub.memory.write(name);
      this.#say({ state: 'open', transport: name });
    }
    for (const asker of [...this.#subscriptions, ...this.#inquiries]) this.#ask(asker);
    this.#outbox.flush();
    this.#planBetter();
  }

  #answer(asker, message) {
    this.#failures = 0; // The hub not only opens its door, it serves.
    const isSubscription = this.#subscriptions.has(asker);
    if (!isSubscription || message.op === 'error') {
      this.#askers.delete(message.ref);
    }
    if (isSubscription && (message.op === 'error' || message.op === 'complete')) {
      asker.ref = undefined;
      if (message.retry) setTimeout(() => this.#again(asker), jittered(this.#settings.backoff, asker.failures++));
      else this.#subscriptions.delete(asker);
    }
    asker.hear(message);
    if (message.op === 'place') this.#measure();
    if (message.op === 'closed' && asker.isComplete && this.#subscriptions.has(asker)) {
      this.unsubscribe(asker);
      asker.hear({ op: 'complete' });
    }
  }

  #again(subscription) {
    if (this.#subscriptions.has(subscription) && subscription.ref === undefined) this.#ask(subscription);
  }

  /** Only those who were served when it was written have had everything up to its cursor. */
  #heartbeat({ cursor, behind = {} }) {
    this.#failures = 0;
    for (const subscription of this.#subscriptions) {
      if (!subscription.isServed) continue;
      const count = behind[subscription.ref];
      subscription.hear({ op: 'place', cursor: count === undefined ? cursor : undefined, behind: count ?? 0 });
    }
    this.#measure();
  }

  #measure() {
    let lag = 0;
    for (const { behind } of this.#subscriptions) lag += behind;
    if (lag !== this.#lag) this.#tell('lag', { behind: (this.#lag = lag) });
  }

  #detach() {
    this.#turn++;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#betterTimer);
    if (this.#better) this.#hangUp(this.#better);
    this.#better = undefined;
    if (this.#call) this.#hangUp(this.#call);
    this.#call = undefined;
    this.#askers.clear();
    for (const subscription of this.#subscriptions) Object.assign(subscription, { ref: undefined, isServed: false });
    this.#outbox.recall();
  }

  #hangUp({ ear, line }) {
    ear.close();
    line.close();
  }

  async #lost(call, failure) {
    if (call === this.#better) {
      this.#hangUp(call);
      this.#better = undefined;
      return this.#tryBetter(this.#transports.indexOf(call.name) + 1);
    }
    if (call !== this.#call) return;
    const wasOpen = this.#isOpen;
    this.#detach();
    if (call.name === 'tab') return this.#tabs.takeOver();
    if (failure.status === 401 && this.#settings.getToken && !this.#isTokenFresh) {
      this.#isTokenFresh = true; // The next try asks for another one; if that is refused as well, it is final.
      return this.#pause(failure);
    }
    if (isFinal(failure)) return this.#stop(failure);
    const isAlive = call.ear.isProven || (wasOpen && !failure.isSilent);
    const isForgiven = call.name === this.#trusted && !failure.isSilent;
    if (!failure.isUnfit && (isAlive || isForgiven || failure.isPassing)) {
      if (!wasOpen) this.#trusted = undefined;
      return this.#pause(failure);
    }
    // Is the hub away, or does just this transport not get through? A plain request tells.
    const turn = this.#turn;
    const trouble = failure.status || failure.isUnfit ? undefined : await this.#hub.reach();
    if (turn !== this.#turn) return;
    if (trouble) return this.#pause(trouble);
    if (++this.#index < this.#transports.length) return this.#connect();
    this.#index = 0;
    this.#pause(failure);
  }

  #pause(failure) {
    const { backoff } = this.#settings;
    if (this.#failures >= backoff.tries) {
      return this.#stop(new SluiceError(`${failure.message} Given up after ${backoff.tries} tries.`, failure));
    }
    const pauseMs = Math.max(failure.retryAfterMs ?? 0, this.#hub.retryMs) + jittered(backoff, this.#failures++);
    this.#say({ state: 'waiting', at: Date.now() + pauseMs, tries: this.#failures, reason: failure.message });
    this.#timer = setTimeout(() => this.#connect(), pauseMs);
  }

  #stop(error) {
    this.#detach();
    this.#say({ state: 'stopped', reason: error.message, error });
    this.#outbox.fail(error);
    for (const { reject } of this.#inquiries) reject(error);
    this.#inquiries.clear();
    for (const subscription of this.#subscriptions) subscription.hear({ op: 'stopped', error });
  }

  #say(state) {
    this.state = state;
    this.#tell('state', state);
    this.#tabs?.tellState(state);
  }

  /** The tab that leads says how its line is. */
  #mirror({ op, ref, ...state }) {
    if (state.error) return this.#stop(new SluiceError(state.error.message, state.error));
    this.state = state;
    this.#tell('state', state);
  }

  // Better transports

  #planBetter() {
    clearTimeout(this.#betterTimer);
    if (this.#index === 0) return;
    const pauseMs = this.#betterMs * (1 + Math.random() / 4);
    this.#betterTimer = setTimeout(() => {
      this.#betterMs = Math.min(BETTER_MS_MAX, this.#betterMs * 2);
      this.#tryBetter(0);
    }, pauseMs);
  }

  #tryBetter(index) {
    if (!this.#isOpen) return;
    if (index >= this.#index) this.#planBetter();
    else this.#better = this.#open(this.#transports[index]);
  }

  // From outside

  /** Something has changed: the network is back, or somebody looks at the page. */
  wake() {
    if (this.state.state === 'waiting' && this.#timer && !this.#isOpen) {
      clearTimeout(this.#timer);
      this.#connect();
    } else {
      this.#call?.line.check();
    }
  }

  retry() {
    if (this.#closing.signal.aborted) return;
    if (this.state.state !== 'stopped') return this.wake();
    this.state = { state: 'idle' };
    this.#tabs?.retry();
    this.restart();
  }

  /** This tab leads now, or follows another one; or somebody wants to try again. */
  restart() {
    this.#detach();
    this.#failures = 0;
    this.#index = Math.max(0, this.#transports.indexOf(this.#hub.memory.read()));
    this.#connect();
  }

  close() {
    this.#closing.abort();
    this.#tabs?.leave();
    if (!this.state.error) this.#stop(new SluiceError('Closed.'));
  }
}

/** Only the hub's own word is final: a proxy in between may dislike a transport and let another one through. */
function isFinal({ status, problem, isPassing }) {
  return status !== undefined && problem !== undefined && !isPassing && ![404, 405, 406, 501].includes(status);
}

function listenForWaking(connection, signal) {
  const wake = () => globalThis.document?.visibilityState === 'hidden' || connection.wake();
  for (const type of ['online', 'pageshow', 'visibilitychange', 'resume']) {
    const target = type === 'visibilitychange' || type === 'resume' ? globalThis.document : globalThis;
    target?.addEventListener?.(type, wake, { signal });
  }
}

/**
 * Over HTTP/1.1 a browser has six connections to a host, for all its tabs. Who takes one holds a lock, so that it can be
 * counted; when there is none left, the page is told, as nothing would come and nobody would say why.
 */
function watchCrowd(hub, ear, tell) {
  const locks = globalThis.navigator?.locks;
  const versions = globalThis.performance?.getEntriesByType?.('resource').filter(entry => entry.name.startsWith(hub.base));
  if (!locks || !globalThis.document || versions?.some(entry => /^h[23]/.test(entry.nextHopProtocol))) return;
  const name = `sluice line ${new URL(hub.base).host}`;
  locks.request(name, { mode: 'shared' }, async () => {
    const { held } = await locks.query();
    const connections = held.filter(lock => lock.name === name).length;
    if (connections > REQUESTS_MAX) tell({ connections });
    await ear.closed;
  });
}

// ---- The hub's address, and plain requests to it

class Hub {
  retryMs = 0; // What an event stream asked for.
  #settings;

  constructor(url, settings) {
    this.base = new URL(String(url).replace(/\/*$/, '/'), globalThis.location?.href).href;
    this.#settings = settings;
    this.memory = remembered(`sluice ${this.base}`);
  }

  get settings() {
    return this.#settings;
  }

  address(path, parameters) {
    const url = new URL(path, this.base);
    for (const name in parameters) {
      for (const value of [parameters[name]].flat()) {
        if (value !== undefined && value !== false) url.searchParams.append(name, value);
      }
    }
    return url;
  }

  session() {
    return this.address('session', { client: this.#settings.client, heartbeat: this.#settings.heartbeat });
  }

  async token() {
    return this.#settings.getToken?.();
  }

  /**
   * As fetch, but silence is an error, and so is any answer that is no success.
   *
   * @param read    takes the answer; what it reads of the body has to come in time as well
   * @param signal  gives it up
   */
  async fetch(url, { headers = {}, signal, ...options }, read = answer => answer, patienceMs = this.#settings.answerMs) {
    const abort = new AbortController();
    const giveUp = () => abort.abort();
    signal?.addEventListener('abort', giveUp);
    let isSilent = false;
    const timer = setTimeout(() => {
      isSilent = true;
      giveUp();
    }, patienceMs);
    try {
      const token = await this.token();
      const all = { ...headers, Authorization: token && `Bearer ${token}` };
      for (const name in all) if (all[name] === undefined) delete all[name];
      const { credentials } = this.#settings;
      const answer = await fetch(url, { ...options, headers: all, signal: abort.signal, cache: 'no-store', ...(credentials && { credentials }) });
      if (!answer.ok) throw await refusal(answer);
      return await read(answer);
    } catch (error) {
      if (isSilent) throw new SluiceError('Nothing came back.', { isSilent });
      throw error instanceof SluiceError ? error : new SluiceError('The hub can\'t be reached.', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** @return what is in the way; undefined if the hub answers */
  async reach() {
    try {
      await this.fetch(this.address('readyz'), {}, answer => answer.text());
    } catch (error) {
      if (!(error.status < 500)) return error;
    }
  }
}

/** The transport that worked, kept for the next page where that is possible. */
function remembered(key) {
  let value;
  try {
    value = globalThis.localStorage?.getItem(key);
  } catch { // Storage may be forbidden, and then there is none.
  }
  return {
    read: () => value,
    write(name) {
      if (name === value) return;
      value = name;
      try {
        globalThis.localStorage?.setItem(key, name);
      } catch { // As above, or full.
      }
    },
  };
}

async function refusal(answer) {
  const isHubs = /^application\/problem\+json/.test(answer.headers.get('Content-Type'));
  const problem = isHubs ? await answer.json() : undefined;
  const after = answer.headers.get('Retry-After'); // Seconds or a date (RFC 9110 §10.2.3).
  const retryAfterMs = after && (/^\d+$/.test(after) ? after * 1_000 : Math.max(0, Date.parse(after) - Date.now()) || 0);
  return refused(answer.status, problem, retryAfterMs || 0);
}

/** Passing: too slow, too early, too much, or trouble behind the door; but what is not implemented stays so. */
function refused(status, problem, retryAfterMs) {
  const isPassing = [408, 425, 429].includes(status) || (status >= 500 && ![501, 505].includes(status));
  return new SluiceError(problem?.detail ?? problem?.title ?? `Refused with status ${status}.`, { status, problem, isPassing, retryAfterMs });
}

// ---- Lines: open(), send(message), check(), close(); what they hear they tell their ear

/** Says when nothing was heard for too long. */
class Watchdog {
  #dueMs = 0;
  #patienceMs = 0;
  #timer;
  #onSilence;
  #onFrozen;

  /** @param onFrozen called instead where the page was frozen: what came meanwhile is still to be read */
  constructor(onSilence, onFrozen) {
    this.#onSilence = onSilence;
    this.#onFrozen = onFrozen;
  }

  expect(withinMs) {
    this.#patienceMs = withinMs;
    this.hurry(withinMs);
  }

  heard() {
    this.#dueMs = performance.now() + this.#patienceMs;
  }

  get silentMs() {
    return performance.now() - this.#dueMs + this.#patienceMs;
  }

  /** Something has to come within this time; then it is as before. */
  hurry(withinMs) {
    this.#dueMs = performance.now() + withinMs;
    this.stop();
    this.#timer = setTimeout(() => this.#look(), withinMs);
  }

  #look() {
    const lateMs = performance.now() - this.#dueMs;
    if (lateMs < -1) this.#timer = setTimeout(() => this.#look(), -lateMs);
    else if (lateMs > FROZEN_MS) this.#onFrozen();
    else this.#onSilence();
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/** Listens to one line, for as long as that is wanted, and watches over its silence. */
class Ear {
  isProven = false; // A sign of life came in time: nobody holds back what is sent.
  onFrozen = () => this.hurry();
  #isOver = false;
  #answerMs;
  #watchdog = new Watchdog(() => this.lost(silence()), () => this.onFrozen());
  #onMessage;
  #onLost;
  #onClosed;

  constructor({ settings }, onMessage, onLost) {
    this.#answerMs = settings.answerMs;
    this.#onMessage = onMessage;
    this.#onLost = onLost;
    this.closed = new Promise(resolve => (this.#onClosed = resolve));
    this.#watchdog.expect(this.#answerMs);
  }

  heard() {
    this.#watchdog.heard();
  }

  /** There has to be a word soon. */
  hurry() {
    this.#watchdog.hurry(this.#answerMs);
  }

  take(message) {
    if (this.#isOver) return;
    if (message.op === 'heartbeat') this.isProven = true;
    if (message.heartbeat) this.#watchdog.expect(message.heartbeat * 1_000 * HEARTBEATS_MISSED_MAX);
    else if (message.op === 'welcome') this.#watchdog.stop(); // This line has its own ways.
    this.#onMessage(message);
  }

  lost(failure) {
    if (this.#isOver) return;
    this.close();
    this.#onLost(failure instanceof SluiceError ? failure : new SluiceError('The line was lost.', { cause: failure }));
  }

  close() {
    this.#isOver = true;
    this.#watchdog.stop();
    this.#onClosed();
  }
}

function silence() {
  return new SluiceError('Nothing was heard for too long.', { isSilent: true });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SluiceError('What came is no message of a hub.', { cause });
  }
}

class WebSocketLine {
  #hub;
  #ear;
  #socket;
  #isClosed = false;

  constructor(hub, ear) {
    this.#hub = hub;
    this.#ear = ear;
  }

  async open() {
    try {
      const token = await this.#hub.token();
      if (this.#isClosed) return;
      const url = this.#hub.session().href.replace(/^http/, 'ws');
      this.#socket = new WebSocket(url, 'sluice.v1.json');
      this.#socket.onopen = () => this.send({ op: 'hello', token });
      this.#socket.onmessage = ({ data }) => this.#heard(data);
      this.#socket.onclose = ({ code, reason }) => this.#ear.lost(closing(code, reason));
    } catch (error) {
      this.#ear.lost(error);
    }
  }

  #heard(data) {
    this.#ear.heard();
    try {
      this.#ear.take(parse(data));
    } catch (error) {
      this.#ear.lost(error);
    }
  }

  send(message) {
    if (this.#socket.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  check() {
    if (!this.#socket) return;
    this.send({ op: 'ping' });
    this.#ear.hurry();
  }

  close() {
    this.#isClosed = true;
    this.#socket?.close();
  }
}

/** Of the codes, those from 4000 on are a status (docs/protocol.md §2). */
function closing(code, reason) {
  if (code < 4_000) return new SluiceError(reason || `The WebSocket was closed with code ${code}.`);
  const status = code - 4_000;
  return refused(status, { status, title: reason || `Refused with status ${status}.` });
}

/** The text of a stream, in arrays of whole lines. One that was cut off is dropped: it comes whole the next time. */
async function* linesOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/);
    rest = lines.pop();
    if (rest.length > LINE_CHARS_MAX) throw new SluiceError('A line came that is too long.');
    yield lines;
  }
}

/** An answer that is of another type is a portal's or a proxy's own. */
function expectType(answer, type) {
  if (answer.status === 204 || answer.headers.get('Content-Type')?.startsWith(type)) return answer;
  throw new SluiceError(`What answers is no hub: it does not send ${type}.`, { status: answer.status });
}

/** A session as an event stream, read with fetch (EventSource hides why it fails); messages go up by POST. */
class EventStreamLine {
  #hub;
  #ear;
  #abort = new AbortController();
  #session;
  #unsent = [];
  #isPosting = false;

  constructor(hub, ear) {
    this.#hub = hub;
    this.#ear = ear;
  }

  async open() {
    try {
      const answer = await this.#hub.fetch(this.#hub.session(), { headers: { Accept: 'text/event-stream' }, signal: this.#abort.signal });
      expectType(answer, 'text/event-stream');
      for await (const lines of linesOf(answer.body)) {
        this.#ear.heard();
        for (const line of lines) this.#read(line);
      }
      throw new SluiceError('The stream ended.');
    } catch (error) {
      this.#ear.lost(error);
    }
  }

  #read(line) { // Each message is on one line of data (docs/protocol.md §4).
    const [, field, value] = /^(data|retry): ?(.*)/.exec(line) ?? [];
    if (field === 'retry') this.#hub.retryMs = Number(value) || 0;
    if (field !== 'data') return;
    const message = parse(value);
    if (message.op === 'welcome') this.#session = message.session;
    this.#ear.take(message);
  }

  send(message) {
    this.#unsent.push(JSON.stringify(message) + '\n');
    if (!this.#isPosting) this.#post();
  }

  /** One at a time, as their order counts; what is said meanwhile goes with the next. */
  async #post() {
    this.#isPosting = true;
    try {
      await undefined; // What is said in the same breath goes together.
      while (this.#unsent.length) {
        let body = '';
        do body += this.#unsent.shift(); while (this.#unsent.length && body.length < POST_CHARS);
        const url = this.#hub.address(`session/${encodeURIComponent(this.#session)}`);
        const headers = { 'Content-Type': 'application/x-ndjson' };
        await this.#hub.fetch(url, { method: 'POST', headers, body, signal: this.#abort.signal }, answer => answer.text());
      }
    } catch (error) { // Whatever it is, a new session will tell.
      this.#ear.lost(new SluiceError(error.message, { retryAfterMs: error.retryAfterMs }));
    }
    this.#isPosting = false;
  }

  check() {
    if (this.#session) this.send({ op: 'ping' });
    this.#ear.hurry();
  }

  close() {
    this.#abort.abort();
  }
}

/**
 * JSON lines, long polls and polls: no session, but a request for each selection, or for several that are at the same
 * place and want the same. Publishes are requests too, one after the other.
 */
class RequestLine {
  #kind;
  #hub;
  #ear;
  #abort = new AbortController();
  #asked = [];
  #readers = new Set();
  #publishing = Promise.resolve();

  constructor(kind, hub, ear) {
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
    switch (message.op) {
      case 'subscribe':
        if (this.#asked.push(message) === 1) queueMicrotask(() => this.#begin());
        break;
      case 'unsubscribe':
        this.#asked = this.#asked.filter(({ ref }) => ref !== message.ref);
        for (const reader of this.#readers) if (reader.members.delete(message.ref) && !reader.members.size) this.#end(reader);
        break;
      case 'publish':
        this.#publishing = this.#publishing.then(() => this.#answer(message, this.#publish(message)));
        break;
      case 'presence':
        this.#answer(message, this.#fetch(`presence/${inPath(message.channel)}`, {}, answer => answer.json()));
    }
  }

  check() {
    for (const reader of this.#readers) reader.check?.();
  }

  close() {
    this.#abort.abort();
    for (const reader of this.#readers) this.#end(reader);
  }

  #fetch(path, options, read, patienceMs) {
    return this.#hub.fetch(this.#hub.address(path, options.parameters), { signal: this.#abort.signal, ...options }, read, patienceMs);
  }

  /** A refusal is an answer; anything else is the end of this line. */
  async #answer({ ref }, promise) {
    try {
      this.#ear.take({ op: 'ok', ref, ...await promise });
    } catch (error) {
      if (error.status && error.status !== 401) this.#refuse(ref, error);
      else this.#ear.lost(error);
    }
  }

  #refuse(ref, { status, problem, isPassing, message }) {
    this.#ear.take({ op: 'error', ref, problem: problem ?? { status, title: message }, retry: isPassing });
  }

  async #publish({ channel, type, key, data, data_base64: base64, contentType, idempotencyKey, ifMatch }) {
    const isText = typeof data === 'string';
    const body = base64 !== undefined ? asEvent({ data_base64: base64 }).data : isText ? data : JSON.stringify(data);
    const usual = base64 !== undefined ? 'application/octet-stream' : isText ? 'text/plain; charset=utf-8' : 'application/json';
    const headers = { 'Content-Type': contentType ?? usual, 'Idempotency-Key': idempotencyKey, 'If-Match': ifMatch && `"${ifMatch}"` };
    return this.#fetch(`channels/${inPath(channel)}`, { method: 'POST', headers, body, parameters: { type, key } }, async answer => ({
      id: (await answer.json()).id,
      replay: answer.headers.get('Idempotent-Replay') === 'true',
    }));
  }

  // Reading

  /** All that was asked for in the same breath, as few requests as that takes. */
  #begin() {
    const groups = new Map();
    for (const { op, ref, channels, ...wish } of this.#asked.splice(0)) {
      const size = [channels.length, channels.join().length];
      const alike = wish.last ? ref : JSON.stringify(wish); // The newest N are counted over the whole selection.
      let group = groups.get(alike);
      if (!group || group.size[0] + size[0] > NAMES_MAX || group.size[1] + size[1] > NAMES_CHARS_MAX) {
        group = { wish, members: new Map(), size: [0, 0] };
        groups.set(alike, group);
        this.#read(group);
      }
      group.members.set(ref, channels);
      group.size = group.size.map((sum, i) => sum + size[i]);
    }
  }

  async #read({ wish, members }) {
    const reader = { wish, members, abort: new AbortController() };
    this.#readers.add(reader);
    await undefined; // Until all members are there.
    try {
      if (this.#kind === 'ndjson') await this.#follow(reader);
      else await this.#poll(reader);
    } catch (error) {
      if (!this.#readers.has(reader)) return;
      const isMeant = error.status && !error.isPassing && error.status !== 401 && error.problem;
      if (!isMeant) return this.#ear.lost(error);
      // One that can't be served must not take the others with it.
      if (members.size === 1) this.#refuse(members.keys().next().value, error);
      else for (const member of members) this.#read({ wish: reader.wish, members: new Map([member]) });
    } finally {
      this.#end(reader);
    }
  }

  #again(reader) {
    this.#end(reader);
    this.#read(reader);
  }

  #end(reader) {
    this.#readers.delete(reader);
    reader.abort.abort();
    reader.watchdog?.stop();
  }

  #request(reader, accept, parameters, read, patienceMs) {
    const { client } = this.#hub.settings;
    const { type, join, ...wish } = reader.wish;
    const name = [...new Set([...reader.members.values()].flat())];
    const member = this.#kind === 'poll' ? {} : { join, client: join && client };
    const all = { name, ...wish, type: type && [type].flat().join(), ...member, ...parameters };
    return this.#fetch('channels', { parameters: all, headers: { Accept: accept }, signal: reader.abort.signal }, read, patienceMs);
  }

  async #follow(reader) {
    // Each of them keeps a connection.
    if (this.#readers.size > REQUESTS_MAX) throw new SluiceError('There are too many selections for JSON lines.', { isUnfit: true });
    const { heartbeat } = this.#hub.settings;
    const answer = expectType(await this.#request(reader, 'application/x-ndjson', { heartbeat }), 'application/x-ndjson');
    if (answer.status === 204) return this.#tell(reader, { op: 'complete' });
    this.#tell(reader, { op: 'ok', cursor: answer.headers.get('Sluice-Cursor') ?? undefined });
    const giveUp = () => this.#ear.lost(silence());
    const watchdog = (reader.watchdog = new Watchdog(giveUp, giveUp));
    reader.check = () => watchdog.silentMs > heartbeat * 1_000 * HEARTBEATS_LATE_MAX && giveUp();
    watchdog.expect(heartbeat * 1_000 * HEARTBEATS_MISSED_MAX);
    watchdog.hurry(this.#hub.settings.answerMs); // The hub says at once where it begins.
    for await (const lines of linesOf(answer.body)) {
      watchdog.heard();
      for (const line of lines) if (line) this.#said(reader, parse(line));
    }
    if (reader.members.size) throw new SluiceError('The stream ended.');
  }

  #said(reader, message) {
    const { cursor, heartbeat, gap, closed, error, drain } = message;
    if (message.id) this.#event(reader, message);
    else if (cursor) this.#tell(reader, { op: 'place', cursor });
    else if (heartbeat) {
      this.#ear.isProven = true;
      this.#tell(reader, { op: 'place', ...heartbeat });
    } else if (gap) this.#tell(reader, { op: 'gap', ...gap });
    else if (closed) this.#tell(reader, { op: 'closed', ...closed });
    else if (error) throw refused(error.status, error);
    else if (drain) throw new SluiceError('The hub is draining.', drain);
  }

  async #poll(reader) {
    const { answerMs, waitSeconds, pollMs } = this.#hub.settings;
    for (let isFirst = true; reader.members.size; isFirst = false) {
      const isLong = this.#kind === 'longpoll' && this.#readers.size <= REQUESTS_MAX;
      const wait = isLong ? waitSeconds : 0;
      reader.check = () => isLong && this.#again(reader); // The network may be another one by now.
      const [page, begin] = await this.#request(
        reader, 'application/json', { wait },
        async answer => [await expectType(answer, 'application/json').json(), answer.headers.get('Sluice-Cursor') ?? undefined],
        answerMs + wait * 1_000,
      );
      if (isFirst) this.#tell(reader, { op: 'ok', cursor: begin });
      if (page.gap) this.#tell(reader, { op: 'gap', ...page.gap });
      for (const event of page.events) this.#event(reader, event);
      if (page.closed) return this.#tell(reader, { op: 'complete' });
      this.#ear.isProven = true;
      this.#tell(reader, { op: 'place', cursor: page.cursor });
      const { since, last, snapshot, ...wish } = reader.wish;
      reader.wish = { ...wish, after: page.cursor };
      if (!page.more && !isLong) await this.#rest(reader, pollMs * (1 - Math.random() / 4));
    }
  }

  #rest(reader, pauseMs) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, pauseMs);
      reader.check = resolve;
      reader.abort.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** In log order for all members, so it moves also those whom it does not concern. */
  #event(reader, event) {
    const isForAll = reader.members.size === 1;
    for (const [ref, channels] of reader.members) {
      const isMeant = isForAll || channels.some(pattern => matches(pattern, event.channel, reader.wish.presence));
      this.#ear.take(isMeant ? { ref, ...event, op: 'event' } : { op: 'place', ref, cursor: event.cursor ?? event.id });
    }
  }

  #tell(reader, message) {
    for (const [ref, channels] of reader.members) {
      const isMeant = message.op !== 'closed' || channels.some(pattern => matches(pattern, message.channel));
      if (isMeant) this.#ear.take({ ref, ...message });
    }
  }
}

function inPath(channel) {
  return channel.split('/').map(encodeURIComponent).join('/');
}

/** `*` is one segment, a final `**` one or more; neither stands for one that begins with `$` (docs/protocol.md §1). */
function matches(pattern, channel, withPresence) {
  if (withPresence && channel.startsWith('$presence/')) channel = channel.slice('$presence/'.length);
  const wanted = pattern.split('/');
  const given = channel.split('/');
  const isOpen = wanted.at(-1) === '**';
  if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return false;
  return given.every((segment, i) => {
    const want = wanted[Math.min(i, wanted.length - 1)];
    const isWild = want === '*' || (want === '**' && isOpen);
    return isWild ? !segment.startsWith('$') : segment === want;
  });
}

// ---- All tabs of a browser on one connection

/** Another tab's connection. The messages are those of a session. */
class TabLine {
  #tabs;
  #ear;
  #heartbeat;
  #timer;

  constructor({ settings }, ear, tabs) {
    this.#heartbeat = settings.heartbeat;
    this.#ear = ear;
    this.#tabs = tabs;
    ear.onFrozen = () => this.check();
  }

  open() {
    this.#tabs.follow(this);
    this.#timer = setInterval(() => this.send({ op: 'ping' }), this.#heartbeat * 1_000);
  }

  heard(message) {
    this.#ear.heard();
    if (message.op === 'welcome') this.#ear.take({ ...message, heartbeat: this.#heartbeat });
    else this.#ear.take(message);
  }

  send(message) {
    this.#tabs.ask(message);
  }

  /** The tab that leads may be in the background, where pauses last: it tries now. */
  check() {
    this.send({ op: 'wake' });
    this.#ear.hurry();
  }

  close() {
    clearInterval(this.#timer);
  }
}

/**
 * The tabs of a browser that talk to the same hub as the same client. The one that holds the lock leads: it has the
 * connection, and asks on it for the others. Each of these knows its own places, and asks the next leader from there.
 */
class Tabs {
  isLeader = false;
  isJoined = false;
  #name;
  #connection;
  #id = randomKey();
  #leader;
  #radio;
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
    this.isJoined = true;
    this.#radio = new BroadcastChannel(this.#name);
    this.#radio.onmessage = ({ data }) => this.#heard(data);
    // Who gets this lock knows that this tab is gone, however it went.
    navigator.locks.request(`${this.#name} ${this.#id}`, () => {
      this.#queue();
      this.#connection.restart();
      return new Promise(resolve => (this.#go = resolve));
    });
    // A frozen page answers nobody.
    for (const target of [globalThis.document, globalThis]) {
      for (const type of ['freeze', 'pagehide']) target?.addEventListener?.(type, () => this.#resign());
    }
  }

  leave() {
    this.isJoined = false;
    this.#queueing?.abort();
    this.#resign();
    this.#step(false);
    this.#go();
    this.#radio?.close();
  }

  /** Nobody leads, though somebody holds the lock: a page that was frozen. */
  takeOver() {
    this.#queueing?.abort();
    this.#queue({ steal: true });
  }

  async #queue(how) {
    this.#queueing = new AbortController();
    try {
      await navigator.locks.request(this.#name, how ?? { signal: this.#queueing.signal }, () => {
        this.#step(true);
        return new Promise(resolve => (this.#resign = resolve));
      });
    } catch (error) { // Taken over by another tab, or no longer queueing.
      if (error.name !== 'AbortError') throw error;
      if (!this.isLeader) return;
    }
    this.#step(false);
    if (this.isJoined) this.#queue();
  }

  #step(isLeader) {
    if (isLeader === this.isLeader) return;
    this.isLeader = isLeader;
    for (const [id] of this.#guests) this.#forget(id);
    if (!this.isJoined) return;
    this.#connection.restart();
    if (isLeader) this.#post({ lead: true });
  }

  // As a guest

  follow(line) {
    this.#line = line;
    this.#post({ who: true });
  }

  ask(message) {
    this.#post({ to: this.#leader, message });
  }

  retry() {
    if (!this.isLeader) this.#post({ retry: true });
  }

  // As the leader

  tellState(state, to) {
    if (!this.isLeader) return;
    const { message, status, problem } = state.error ?? {};
    this.#post({ to, state: state.error ? { ...state, error: { message, status, problem } } : state });
  }

  #welcome(id) {
    if (this.#guests.has(id)) this.#forget(id);
    else navigator.locks.request(`${this.#name} ${id}`, () => this.#forget(id));
    this.#guests.set(id, new Map());
    this.#post({ to: id, lead: true });
    this.tellState(this.#connection.state, id);
  }

  #forget(id) {
    for (const subscription of this.#guests.get(id)?.values() ?? []) this.#connection.unsubscribe(subscription);
    this.#guests.delete(id);
  }

  #serve(id, { op, ref, channels, ...message }) {
    const guest = this.#guests.get(id);
    const tell = answer => {
      if (this.#guests.get(id) === guest && answer.op !== 'stopped') this.#post({ to: id, message: { ...answer, ref } });
    };
    const ok = answer => tell({ ...answer, op: 'ok' });
    const no = ({ problem, status, message: title }) => tell({ op: 'error', problem: problem ?? { status, title }, retry: false });
    switch (op) {
      case 'subscribe':
        guest.set(ref, new Subscription(channels, message, tell));
        return this.#connection.subscribe(guest.get(ref));
      case 'unsubscribe':
        if (guest.has(ref)) this.#connection.unsubscribe(guest.get(ref));
        return guest.delete(ref);
      case 'publish':
        return this.#connection.publish(message).then(ok, no);
      case 'presence':
        return this.#connection.inquire({ op, ...message }).then(ok, no);
      case 'wake':
        this.#connection.wake();
    }
    tell({ op: 'pong' });
  }

  #post(words) {
    this.#radio.postMessage({ from: this.#id, ...words });
  }

  #heard({ from, to, who, lead, retry, state, message }) {
    if (to !== undefined && to !== this.#id) return;
    if (this.isLeader) {
      if (who) this.#welcome(from);
      else if (retry) this.#connection.retry();
      else if (message && this.#guests.has(from)) this.#serve(from, message);
    } else if (lead && to === undefined) { // A new one: it is asked for everything again.
      this.#connection.restart();
    } else if (lead) {
      this.#leader = from;
      this.#line?.heard({ op: 'welcome' });
    } else if (from === this.#leader) {
      this.#line?.heard(state ? { op: 'state', ...state } : message);
    }
  }
}

// ---- How they are called

const LINES = {
  websocket: (hub, ear) => new WebSocketLine(hub, ear),
  sse: (hub, ear) => new EventStreamLine(hub, ear),
  ndjson: (hub, ear) => new RequestLine('ndjson', hub, ear),
  longpoll: (hub, ear) => new RequestLine('longpoll', hub, ear),
  poll: (hub, ear) => new RequestLine('poll', hub, ear),
  tab: (hub, ear, tabs) => new TabLine(hub, ear, tabs),
};
