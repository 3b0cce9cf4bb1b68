/** How long to pause before the next try. */

const BACKOFF = { first: 1_000, factor: 2, max: 30_000, jitter: 1, tries: Infinity };

/** Any part of a pause by chance ("full jitter"), so that those who lost the same hub don't come back in step. */
function jittered({ first, factor, max, jitter }, failures) {
  return Math.min(max, first * factor ** failures) * (1 - jitter * Math.random());
}

/** Handlers by type. */

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

/** Data on its way to and from the wire. */

function asEvent(envelope) {
  const { data_base64: base64, ...event } = envelope;
  event.cursor ??= event.id;
  if (base64 !== undefined) event.data = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  return event;
}

function content(data, contentType) {
  if (data instanceof Uint8Array) {
    let binary = '';
    for (const byte of data) binary += String.fromCharCode(byte);
    return { data_base64: btoa(binary), contentType };
  }
  if (data === undefined) throw new TypeError('There is no data.');
  return { data, contentType };
}

function randomKey() { // crypto.randomUUID is there in secure contexts only.
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** What goes wrong, and whether it is worth trying again. */

/** What went wrong, in the hub's words where it has said any: `status`, and `problem` (RFC 9457). */
class SluiceError extends Error {
  constructor(message, details) {
    super(message);
    this.name = 'SluiceError';
    Object.assign(this, details);
  }
}

function silence() {
  return new SluiceError('The hub is silent.', { isSilent: true });
}

async function refusal(answer) {
  const isHubs = /^application\/problem\+json/.test(answer.headers.get('Content-Type'));
  const problem = isHubs ? await answer.json() : undefined;
  const after = answer.headers.get('Retry-After'); // Seconds or a date (RFC 9110 §10.2.3).
  const retryAfterMs = (after * 1_000 || Date.parse(after) - Date.now()) || 0;
  return Object.assign(refused({ status: answer.status, ...problem }), { problem, retryAfterMs });
}

/** Passing: too slow, too early, too much, or trouble behind the door; but what is not implemented stays so. */
function refused(problem = {}) {
  const { status, title = `Refused with status ${status}.`, detail = title } = problem;
  const isPassing = [408, 425, 429].includes(status) || (status >= 500 && ![501, 505].includes(status));
  return new SluiceError(detail, { status, problem, isPassing });
}

/** What is read, and how far. */

/**
 * A selection, and the place up to which it was read. Nothing is ever dropped as a double: on each line it is asked
 * for from exactly this place, so that there are none.
 */
class Subscription {
  ref; // On the present line, while there is one.
  isServed = false;
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
    } else if (op === 'closed') {
      this.place = cursor ?? this.place;
      this.#ended.add(message.channel);
    } else if (op === 'place') {
      this.place = cursor ?? this.place;
      }
    if (op !== 'error') this.failures = 0;
    this.#tell(message);
  }

  get isComplete() {
    return this.#names.every(name => this.#ended.has(name));
  }
}

/** What a page reads, writes and watches. */

/** Events that wait for a loop; with more the subscription is given up, and resumed when the loop has caught up. */
const QUEUE_EVENTS_MAX = 1_000;

/** A list of members is told at most so often. */
const MEMBERS_PAUSE_MS = 50;

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
    const { error } = this.#connection.state;
    if (error) throw error;
    if (this.#isOver) return;
    const loop = { queue: [], end: undefined, wake() {} };
    this.#loops.add(loop);
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
    const channel = this.#one();
    const message = { op: 'publish', channel, type, key, ...content(data, contentType), idempotencyKey, ifMatch };
    const { id, replay = false } = await this.#connection.ask(message);
    return { id, channel, replay };
  }

  /** Who is here. With a function: that is told now and after each change, until this is closed. */
  async presence(tell) {
    const channel = this.#one();
    const { members, cursor } = await this.#connection.ask({ op: 'presence', channel });
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
    if (this.#names.length > 1) throw new TypeError('This is for one channel.');
    return this.#names[0];
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
        detail = refused(detail.problem);
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
        this.emit('error', refused(message.problem));
      }
    });
    this.#watches.add(watch);
    this.#connection.subscribe(watch);
    tellSoon();
  }
}


/** Publishes that are sent and not acknowledged: a hub listens to so many. */
const UNDER_WAY_MAX = 64;

/** A hub knows an idempotency key for five minutes. Later nobody could tell whether an event would stand there twice. */
const RESEND_MS_MAX = 4 * 60_000;

/** What is published or asked once, in order, until the hub has answered. */
class Outbox {
  #entries = new Set();
  #bytes = 0;
  #bytesMax;
  #backoff;
  #request;
  #timer;
  #failures = 0;

  /** @param request sends an entry's question if there is a line, and says whether there was */
  constructor(bytesMax, backoff, request) {
    this.#bytesMax = bytesMax;
    this.#backoff = backoff;
    this.#request = request;
  }

  add(message) {
    const bytes = JSON.stringify(message).length + 1_024; // What it takes besides, roughly.
    return new Promise((resolve, reject) => {
      if (this.#bytes + bytes > this.#bytesMax) {
        return reject(new SluiceError(`No room: ${this.#bytes} bytes wait.`));
      }
      this.#bytes += bytes;
      const entry = { ref: undefined, sentMs: undefined, bytes, resolve, reject };
      entry.question = () => message;
      entry.hear = answer => this.#answered(entry, answer);
      this.#entries.add(entry);
      this.flush();
    });
  }

  flush() {
    if (this.#timer) return;
    let underWay = 0;
    let isAgain = false;
    for (const entry of this.#entries) {
      // What went out on an earlier line may still be on its way there: nothing new may overtake it.
      if (++underWay > UNDER_WAY_MAX || (isAgain && !entry.sentMs)) return;
      isAgain ||= entry.isAgain;
      if (entry.ref !== undefined) continue;
      if (Date.now() - entry.sentMs > RESEND_MS_MAX) {
        this.#remove(entry);
        entry.reject(new SluiceError('The hub was away for too long.', { mayHaveArrived: true }));
      } else if (this.#request(entry)) {
        entry.sentMs ??= Date.now();
      } else {
        return;
      }
    }
  }

  #answered(entry, { op, ref, retry, problem, ...answer }) {
    if (op === 'error' && retry) { // What was not sent yet waits behind it.
      entry.ref = undefined;
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.flush();
      }, jittered(this.#backoff, this.#failures++));
      return;
    }
    this.#failures = 0;
    this.#remove(entry);
    if (op === 'error') entry.reject(refused(problem));
    else entry.resolve(answer);
    this.flush();
  }

  #remove(entry) {
    this.#entries.delete(entry);
    this.#bytes -= entry.bytes;
  }

  /** The line is gone: all go out again, under the same keys. */
  recall() {
    for (const entry of this.#entries) Object.assign(entry, { ref: undefined, isAgain: entry.sentMs });
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

/** Who asked what on the present line, so that answers and events find them; on the next line all is asked again. */

class Conversation {
  #backoff;
  #tell;
  #outbox;
  #subscriptions = new Set();
  #askers = new Map(); // By ref.
  #lastRef = 0; // Never used twice, so that what was meant for an earlier line finds nobody.
  #send; // While there is a line.

  constructor({ backoff, unsentBytesMax }, tell) {
    this.#backoff = backoff;
    this.#tell = tell;
    this.#outbox = new Outbox(unsentBytesMax, backoff, entry => this.#ask(entry));
  }

  begin(send) {
    this.#send = send;
    for (const subscription of this.#subscriptions) this.#ask(subscription);
    this.#outbox.flush();
  }

  /** The line is gone. */
  suspend() {
    this.#send = undefined;
    this.#askers.clear();
    for (const subscription of this.#subscriptions) subscription.ref = undefined;
    this.#outbox.recall();
  }

  /** There will be no line. */
  fail(error) {
    this.#outbox.fail(error);
    for (const subscription of this.#subscriptions) subscription.hear({ op: 'stopped', error });
  }

  // What is wanted

  subscribe(subscription) {
    this.#subscriptions.add(subscription);
    this.#ask(subscription);
  }

  unsubscribe(subscription) {
    this.#subscriptions.delete(subscription);
    const { ref } = subscription;
    if (!this.#askers.delete(ref)) return;
    subscription.ref = undefined;
    this.#send({ op: 'unsubscribe', ref });
  }

  /** What is asked once: a publish, a question. */
  ask(message) {
    return this.#outbox.add(message);
  }

  /** @return whether there is a line to ask on */
  #ask(asker) {
    if (!this.#send) return false;
    asker.ref = ++this.#lastRef;
    this.#askers.set(asker.ref, asker);
    this.#send({ ref: asker.ref, ...asker.question() });
    return true;
  }

  #askAgain(subscription) {
    subscription.ref = undefined;
    setTimeout(() => {
      if (this.#subscriptions.has(subscription) && subscription.ref === undefined) this.#ask(subscription);
    }, jittered(this.#backoff, subscription.failures++));
  }

  // What is heard

  hear(message) {
    const { op, ref, problem } = message;
    const asker = this.#askers.get(ref);
    if (op === 'heartbeat') this.#heartbeat(message);
    else if (asker) this.#answer(asker, message);
    else if (op === 'error' && ref === undefined) this.#tell('error', refused(problem));
  }

  #answer(asker, message) {
    const { op, ref, retry } = message;
    const isSubscription = this.#subscriptions.has(asker);
    if (op === 'error' || op === 'complete' || !isSubscription) {
      this.#askers.delete(ref);
      if (isSubscription && retry) this.#askAgain(asker);
      else this.#subscriptions.delete(asker);
    }
    asker.hear(message);
    if (op === 'closed' && asker.isComplete && this.#askers.has(ref)) {
      this.unsubscribe(asker);
      asker.hear({ op: 'complete' });
    }
  }

  /** Only those who were served when it was written have had everything up to its cursor. */
  #heartbeat({ cursor, behind = {} }) {
    for (const subscription of this.#subscriptions) {
      if (!subscription.isServed) continue;
      const count = behind[subscription.ref];
      subscription.hear({ op: 'place', cursor: count === undefined ? cursor : undefined, behind: count ?? 0 });
    }
  }
}

/** What each line reports to. */

/** A line is dead when it misses two heartbeats and half of the time to a third. */
const HEARTBEATS_MISSED_MAX = 2.5;

/** A timer that comes so late was held back with all of the page. */
const FROZEN_MS = 2_000;

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

/** Listens to one line, for as long as that is wanted, and watches over its silence. The line lives no longer than that. */
class Ear {
  isHeard = false; // The hub itself has said something on it.
  isProven = false; // A sign of life came in time: nobody holds back what is sent.
  onFrozen = () => this.hurry();
  #abort = new AbortController();
  #answerMs;
  #watchdog = new Watchdog(() => this.lost(silence()), () => this.onFrozen());
  #onMessage;
  #onLost;

  constructor({ answerMs }, onMessage, onLost) {
    this.#answerMs = answerMs;
    this.#onMessage = onMessage;
    this.#onLost = onLost;
    this.#watchdog.expect(answerMs);
    this.onClose(() => this.#watchdog.stop());
  }

  /** Ends with this ear. */
  get signal() {
    return this.#abort.signal;
  }

  onClose(end) {
    this.signal.addEventListener('abort', end);
  }

  heard() {
    this.#watchdog.heard();
  }

  /** There has to be a word soon. */
  hurry() {
    this.#watchdog.hurry(this.#answerMs);
  }

  take(message) {
    if (this.signal.aborted) return;
    if (message.session) this.isHeard = true;
    if (message.op === 'heartbeat') this.isProven = true;
    if (message.heartbeat) this.#watchdog.expect(message.heartbeat * 1_000 * HEARTBEATS_MISSED_MAX);
    else if (message.op === 'welcome') this.#watchdog.stop(); // This line has its own ways.
    this.#onMessage(message);
  }

  lost(failure) {
    if (this.signal.aborted) return;
    this.close();
    this.#onLost(failure instanceof SluiceError ? failure : new SluiceError('The line was lost.', { cause: failure }));
  }

  close() {
    this.#abort.abort();
  }
}

/** Which channels a name stands for. */

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

/** Text that comes in pieces. */

/** A line of text that is longer than this is nothing that a hub sends. */
const LINE_CHARS_MAX = 64 * 1024 * 1024;

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
    if (rest.length > LINE_CHARS_MAX) throw new SluiceError('What answers is no hub.');
    yield lines;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SluiceError('What answers is no hub.', { cause });
  }
}

/** An answer that is of another type is a portal's or a proxy's own. */
function expectType(answer, type) {
  if (answer.status === 204 || answer.headers.get('Content-Type')?.startsWith(type)) return answer;
  throw new SluiceError('What answers is no hub.', { status: answer.status });
}

/** Reads for one or several subscriptions that are at the same place: a stream of JSON lines, or one poll after another. */

/** Browsers allow six connections to a host over HTTP/1.1: these, one to publish, one for the page itself. */
const REQUESTS_MAX = 4;

/** A stream whose last word is older than this may be a dead one. */
const HEARTBEATS_LATE_MAX = 1.2;

const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

class Reader {
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
    ear.onClose(() => this.end());
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
      this.#ear.isProven = true;
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

/** Too many connections for one browser. */

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
    await new Promise(resolve => ear.onClose(resolve));
  });
}

/** A session over Server-Sent Events and POST. */

/** Of messages that go up together. */
const POST_CHARS = 64 * 1024;

/** A session as an event stream, read with fetch (EventSource hides why it fails); messages go up by POST. */
class EventStreamLine {
  #hub;
  #ear;
  #session;
  #unsent = [];
  #isPosting = false;

  constructor(hub, ear) {
    this.#hub = hub;
    this.#ear = ear;
  }

  async open() {
    try {
      const answer = await this.#hub.fetch(this.#hub.session(), { headers: { Accept: 'text/event-stream' }, signal: this.#ear.signal });
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
        await this.#hub.fetch(url, { method: 'POST', headers, body, signal: this.#ear.signal }, answer => answer.text());
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
}

/**
 * JSON lines, long polls and polls: no session, but a request for each selection, or for several that are at the same
 * place and want the same. Publishes are requests too, one after the other.
 */

/** Names of one request, each counted as at least so many characters of its URL: a hub takes 64 of them. */
const NAME_CHARS = 64;
const NAMES_CHARS_MAX = 64 * NAME_CHARS;

class RequestLine {
  #kind;
  #hub;
  #ear;
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
    const { op, ref, channel } = message;
    if (op === 'subscribe') {
      if (this.#asked.push(message) === 1) queueMicrotask(() => this.#begin());
    } else if (op === 'unsubscribe') {
      this.#asked = this.#asked.filter(asked => asked.ref !== ref);
      for (const reader of this.#readers) reader.leave(ref);
    } else if (op === 'publish') {
      this.#publishing = this.#publishing.then(() => this.#answer(ref, this.#publish(message)));
    } else if (op === 'presence') {
      this.#answer(ref, this.#fetch(this.#hub.address(`presence/${inPath(channel)}`), {}, answer => answer.json()));
    }
  }

  check() {
    for (const reader of [...this.#readers]) {
      if (!reader.isLate) continue;
      reader.end(); // The network may be another one by now.
      this.#read(reader.wish, reader.members);
    }
  }

  /** All that was asked for in the same breath, as few requests as that takes. */
  #begin() {
    const groups = new Map();
    for (const { op, ref, channels, ...wish } of this.#asked.splice(0)) {
      const chars = channels.reduce((sum, name) => sum + Math.max(NAME_CHARS, encodeURIComponent(name).length), 0);
      const alike = wish.last ? ref : JSON.stringify(wish); // The newest N are counted over the whole selection.
      let group = groups.get(alike);
      if (!group || group.chars + chars > NAMES_CHARS_MAX) groups.set(alike, (group = { members: new Map(), chars: 0 }));
      if (!group.chars) queueMicrotask(() => this.#read(wish, group.members));
      group.members.set(ref, channels);
      group.chars += chars;
    }
  }

  async #read(wish, members) {
    const reader = new Reader(this.#kind, this.#hub, this.#ear, wish, members, this.#readers);
    try {
      await reader.run();
    } catch (error) {
      if (reader.isOver) return;
      const { status, problem, isPassing } = error;
      if (!problem || isPassing || status === 401) this.#ear.lost(error);
      // One that can't be served must not take the others with it.
      else if (members.size > 1) for (const member of members) this.#read(reader.wish, new Map([member]));
      else for (const [ref] of members) this.#ear.take({ op: 'error', ref, problem, retry: false });
    } finally {
      reader.end();
    }
  }

  async #fetch(url, options, read) {
    return this.#hub.fetch(url, { signal: this.#ear.signal, ...options }, read);
  }

  /** A refusal is an answer; anything else is the end of this line. */
  async #answer(ref, promise) {
    try {
      this.#ear.take({ op: 'ok', ref, ...await promise });
    } catch (error) {
      const { status, isPassing: retry, message: title } = error;
      if (!status || status === 401) this.#ear.lost(error);
      else this.#ear.take({ op: 'error', ref, problem: error.problem ?? { status, title }, retry });
    }
  }

  #publish({ channel, type, key, data, data_base64: base64, contentType, idempotencyKey, ifMatch }) {
    let body = JSON.stringify(data);
    let usual = 'application/json';
    if (base64 !== undefined) [body, usual] = [asEvent({ data_base64: base64 }).data, 'application/octet-stream'];
    else if (typeof data === 'string') [body, usual] = [data, 'text/plain; charset=utf-8'];
    const headers = {
      'Content-Type': contentType ?? usual,
      'Idempotency-Key': idempotencyKey,
      'If-Match': ifMatch && `"${ifMatch}"`,
    };
    const url = this.#hub.address(`channels/${inPath(channel)}`, { type, key });
    return this.#fetch(url, { method: 'POST', headers, body }, async answer => ({
      id: (await answer.json()).id,
      replay: answer.headers.get('Idempotent-Replay') === 'true',
    }));
  }
}

function inPath(channel) {
  return channel.split('/').map(encodeURIComponent).join('/');
}

/** Another tab. */

/** Another tab's connection. The messages are those of a session. */
class TabLine {
  #tabs;
  #ear;
  #heartbeat;

  constructor({ settings }, ear, tabs) {
    this.#heartbeat = settings.heartbeat;
    this.#ear = ear;
    this.#tabs = tabs;
    ear.onFrozen = () => this.check();
  }

  open() {
    this.#tabs.follow(this);
    const timer = setInterval(() => this.send({ op: 'ping' }), this.#heartbeat * 1_000);
    this.#ear.onClose(() => clearInterval(timer));
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
}

/** All tabs of a browser on one connection. */

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
    this.#post({ to, state: { ...state, error: state.error && { ...state.error } } }); // An Error would arrive without its members.
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
      case 'presence':
        return this.#connection.ask({ op, ...message }).then(ok, no);
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

/** A session over a WebSocket. */

class WebSocketLine {
  #hub;
  #ear;
  #socket;

  constructor(hub, ear) {
    this.#hub = hub;
    this.#ear = ear;
  }

  async open() {
    try {
      const token = await this.#hub.token();
      if (this.#ear.signal.aborted) return;
      const url = this.#hub.session().href.replace(/^http/, 'ws');
      this.#socket = new WebSocket(url, 'sluice.v1.json');
      this.#ear.onClose(() => this.#socket.close());
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
}

/** Of the codes, those from 4000 on are a status (docs/protocol.md §2). */
function closing(code, reason) {
  if (code < 4_000) return new SluiceError(reason || `Closed with code ${code}.`);
  const status = code - 4_000;
  return refused({ status, title: reason || undefined });
}

/** Keeps one line open: tries transports, pauses between tries, tells a transport that fails from a hub that is away. */

/** Each has open(), send(message) and check(), tells its ear what it hears, and ends with it. */
const LINES = {
  websocket: (hub, ear) => new WebSocketLine(hub, ear),
  sse: (hub, ear) => new EventStreamLine(hub, ear),
  ndjson: (hub, ear) => new RequestLine('ndjson', hub, ear),
  longpoll: (hub, ear) => new RequestLine('longpoll', hub, ear),
  poll: (hub, ear) => new RequestLine('poll', hub, ear),
  tab: (hub, ear, tabs) => new TabLine(hub, ear, tabs),
};

/** Better transports are tried again at least this often. */
const BETTER_MS_MAX = 15 * 60_000;

class Connection {
  state = { state: 'idle' };
  #hub;
  #settings;
  #tell;
  #tabs;
  #conversation;
  #call; // The line in use, with who listens to it.
  #better; // One that is tried meanwhile.
  #isOpen = false;
  #turn = 0; // Tells whether the world has changed while something was waited for.
  #index = 0; // Of the transport.
  #trusted; // The one that worked last: it is forgiven once.
  #failures = 0;
  #isWoken = false; // Somebody looks: that a line turns out to be dead is no reason to let them wait.
  #timer;
  #betterTimer;
  #betterMs;
  #closing = new AbortController();

  constructor(hub, tell) {
    this.#hub = hub;
    this.#settings = hub.settings;
    this.#tell = tell;
    this.#betterMs = hub.settings.betterMs;
    this.#conversation = new Conversation(hub.settings, tell);
    if (hub.settings.share && globalThis.navigator?.locks && globalThis.BroadcastChannel) {
      this.#tabs = new Tabs(`sluice ${hub.base} ${hub.settings.client ?? ''}`, this);
    }
    listenForWaking(this, this.#closing.signal);
  }

  get #transports() {
    if (this.#tabs && !this.#tabs.isLeader) return ['tab'];
    return this.#settings.transports.filter(name => name !== 'websocket' || globalThis.WebSocket);
  }

  // What is wanted

  subscribe(subscription) {
    this.#start();
    this.#conversation.subscribe(subscription);
  }

  unsubscribe(subscription) {
    this.#conversation.unsubscribe(subscription);
  }

  async ask(message) {
    if (this.state.error) throw this.state.error;
    this.#start();
    return this.#conversation.ask(message);
  }

  #start() {
    if (this.state.state !== 'idle') return;
    if (this.#tabs) this.#tabs.join();
    else this.restart();
  }

  /** From the transport that worked; also when this tab leads from now on, or follows another one. */
  restart() {
    this.#detach();
    this.#failures = 0;
    this.#trusted = this.#hub.memory.read();
    this.#index = Math.max(0, this.#transports.indexOf(this.#trusted));
    this.#connect();
  }

  /** Something has changed: the network is back, or somebody looks at the page. */
  wake() {
    if (this.state.state === 'waiting' && !this.#call) this.#connect();
    this.#isWoken = true;
    this.#call?.line.check();
  }

  retry() {
    if (this.#closing.signal.aborted) return;
    if (!this.state.error) return this.wake();
    this.#tabs?.retry();
    this.restart();
  }

  close() {
    this.#closing.abort();
    this.#tabs?.leave();
    if (!this.state.error) this.#stop(new SluiceError('Closed.'));
  }

  // The line's life

  #connect() {
    clearTimeout(this.#timer);
    const name = this.#transports[this.#index];
    this.#say({ state: 'connecting', transport: name });
    this.#call = this.#open(name);
  }

  #open(name) {
    const call = { name };
    call.ear = new Ear(this.#settings, message => this.#hear(call, message), failure => this.#lost(call, failure));
    call.line = LINES[name](this.#hub, call.ear, this.#tabs);
    call.line.open();
    if (name !== 'websocket' && name !== 'tab') watchCrowd(this.#hub, call.ear, detail => this.#tell('crowded', detail));
    return call;
  }

  #hear(call, message) {
    const { op } = message;
    if (call === this.#better && op === 'welcome') {
      this.#better = undefined;
      this.#detach();
      this.#call = call;
      this.#index = this.#transports.indexOf(call.name);
    }
    if (call !== this.#call) return;
    if (op === 'welcome') return this.#isOpen || this.#welcomed(call); // A tab may be told twice who leads.
    if (op === 'state') return this.#mirror(message);
    if (op === 'drain') return call.ear.lost(new SluiceError('The hub is draining.', message));
    this.#failures = 0; // The hub not only opens its door, it serves.
    this.#isWoken = false;
    this.#conversation.hear(message);
  }

  #welcomed({ name, line }) {
    this.#isOpen = true;
    this.#trusted = name;
    if (name !== 'tab') { // A tab that leads says itself how its line is.
      this.#hub.memory.write(name);
      this.#say({ state: 'open', transport: name });
    }
    this.#conversation.begin(message => line.send(message));
    this.#planBetter();
  }

  #detach() {
    this.#turn++;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#betterTimer);
    this.#better?.ear.close();
    this.#call?.ear.close();
    this.#better = this.#call = undefined;
    this.#conversation.suspend();
  }

  #lost(call, failure) {
    if (call === this.#better) {
      this.#better = undefined;
      this.#tryBetter(this.#transports.indexOf(call.name) + 1);
    } else if (call === this.#call) {
      this.#detach();
      this.#judge(call, failure);
    }
  }

  /** Is it final, or to be tried again, and over which transport? */
  async #judge({ name, ear }, failure) {
    if (name === 'tab') return this.#tabs.takeOver();
    const { status, problem, isPassing, isSilent, isUnfit } = failure;
    // Only the hub's own word is final: a proxy in between may dislike a transport and let another one through.
    if (problem && !isPassing && ![404, 405, 406, 501].includes(status)) return this.#stop(failure);
    const isAlive = ear.isProven || (ear.isHeard && !isSilent);
    const isForgiven = name === this.#trusted && !isSilent;
    if (!isUnfit && (isAlive || isForgiven || isPassing)) {
      if (!ear.isHeard) this.#trusted = undefined;
      return this.#pause(failure);
    }
    // Is the hub away, or does just this transport not get through? A plain request tells.
    const turn = this.#turn;
    const trouble = status || isUnfit ? undefined : await this.#hub.reach();
    if (turn !== this.#turn) return;
    if (trouble) return this.#pause(trouble);
    if (++this.#index < this.#transports.length) return this.#connect();
    this.#index = 0;
    this.#pause(failure);
  }

  #pause(failure) {
    const { backoff } = this.#settings;
    if (this.#failures >= backoff.tries) {
      return this.#stop(new SluiceError(`${failure.message} Given up after ${backoff.tries} tries.`, { ...failure }));
    }
    const askedMs = Math.max(failure.retryAfterMs ?? 0, this.#hub.retryMs);
    const pauseMs = askedMs + (this.#isWoken ? 0 : jittered(backoff, this.#failures));
    this.#isWoken = false;
    this.#failures++;
    this.#say({ state: 'waiting', at: Date.now() + pauseMs, tries: this.#failures, reason: failure.message });
    this.#timer = setTimeout(() => this.#connect(), pauseMs);
  }

  #stop(error) {
    this.#detach();
    this.#say({ state: 'stopped', reason: error.message, error });
    this.#conversation.fail(error);
  }

  #say(state) {
    this.state = state;
    this.#tell('state', state);
    this.#tabs?.tellState(state);
  }

  #mirror({ op, ref, ...state }) {
    if (state.error) return this.#stop(new SluiceError(state.reason, state.error));
    this.#say(state);
  }

  // Better transports

  #planBetter() {
    clearTimeout(this.#betterTimer);
    if (this.#index === 0) return;
    this.#betterTimer = setTimeout(() => {
      this.#betterMs = Math.min(BETTER_MS_MAX, this.#betterMs * 2);
      this.#tryBetter(0);
    }, this.#betterMs * (1 + Math.random() / 4));
  }

  #tryBetter(index) {
    if (index < this.#index) this.#better = this.#open(this.#transports[index]);
    else this.#planBetter();
  }
}

function listenForWaking(connection, signal) {
  const { document } = globalThis;
  const wake = ({ type }) => (type === 'visibilitychange' && document.hidden) || connection.wake();
  for (const type of ['online', 'pageshow']) globalThis.addEventListener?.(type, wake, { signal });
  for (const type of ['visibilitychange', 'resume']) document?.addEventListener(type, wake, { signal });
}

/** The hub's address, and plain requests to it. */

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
    signal?.throwIfAborted();
    const abort = new AbortController();
    const giveUp = () => abort.abort();
    signal?.addEventListener('abort', giveUp);
    let isSilent = false;
    let isStream = false;
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
      const result = await read(answer);
      isStream = result === answer;
      return result;
    } catch (error) {
      if (isSilent) throw silence();
      throw error instanceof SluiceError ? error : new SluiceError('The hub is out of reach.', { cause: error });
    } finally {
      clearTimeout(timer);
      if (!isStream) signal?.removeEventListener('abort', giveUp);
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
  const storage = use => {
    try {
      return use(globalThis.localStorage);
    } catch { // There is none, or it is forbidden, or full: then the next page tries again.
    }
  };
  return {
    read: () => storage(kept => kept.getItem(key)),
    write: name => storage(kept => kept.setItem(key, name)),
  };
}

/**
 * Sluice in browsers and in Node: the channels of a hub, each event once and in order, over whatever line there is.
 *
 *     const sluice = new Sluice('https://hub.example');
 *     sluice.channel('chat/7', { last: 20 }).on('message', event => show(event.data));
 *
 * From the outside inwards:
 *
 *     sluice, channel      what a page has in its hands
 *     subscription         a selection, and the place up to which it was read: all that a reconnect needs
 *     outbox               what was published and not yet acknowledged
 *     conversation         who asked what on the present line; asks again on the next
 *     connection           keeps one line open: back-off, choice of transport
 *     …-line               a WebSocket, an event stream, requests, another tab: siblings that speak the same messages
 *     tabs                 one connection for all tabs of a browser
 *
 * All lines speak the messages of a session (docs/protocol.md §4). One that has none on the wire, as a long poll,
 * translates; one that is another tab hands them on. So nothing above the lines knows which of them it has.
 */

const TRANSPORTS = ['websocket', 'sse', 'ndjson', 'longpoll', 'poll'];

const DEFAULTS = {
  transports: TRANSPORTS,
  backoff: {},
  client: undefined, // Who this is, for presence.
  getToken: undefined, // Asked before each request; may be async.
  credentials: undefined, // As of fetch: 'include' sends cookies to another origin.
  share: false,
  heartbeat: 15, // Seconds between signs of life, 5 to 120.
  answerMs: 10_000, // How long the hub may take for its first word.
  betterMs: 60_000, // Until better transports are tried again; twice as long each time.
  pollMs: 5_000, // Between two plain polls.
  waitSeconds: 25, // How long the hub may hold back the answer to a long poll.
  unsentBytesMax: 4 * 1024 * 1024, // Of publishes that wait to be acknowledged.
};

const SELECTION = ['after', 'since', 'last', 'snapshot', 'type', 'conflate', 'coalesce', 'gap', 'presence', 'join'];

/** A hub. Connects when there is something to do; `state`, `crowded` and `error` are its events. */
export class Sluice extends Emitter {
  #connection;
  #channels = new Set();

  constructor(url = globalThis.location?.origin, options = {}) {
    super();
    onlyKnown(options, Object.keys(DEFAULTS));
    const settings = { ...DEFAULTS, ...options, backoff: { ...BACKOFF, ...options.backoff } };
    onlyKnown(settings.backoff, Object.keys(BACKOFF));
    onlyKnown(Object.fromEntries(settings.transports.map(name => [name])), TRANSPORTS);
    this.#connection = new Connection(new Hub(url, settings), (type, detail) => this.emit(type, detail));
  }

  /** `{state: 'idle' | 'connecting' | 'open' | 'waiting' | 'stopped', …}`, as the event of the same name. */
  get state() {
    return this.#connection.state;
  }

  /** Channels or patterns to read, or one channel to publish to. Nothing is read before somebody listens. */
  channel(names, options = {}) {
    onlyKnown(options, SELECTION);
    const channel = new Channel(this.#connection, [names].flat(), options, () => this.#channels.delete(channel));
    this.#channels.add(channel);
    return channel;
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

function onlyKnown(options, known) {
  for (const name in options) {
    if (!known.includes(name)) throw new TypeError(`There is no '${name}' here, but ${known.join(', ')}.`);
  }
}

export { SluiceError };
