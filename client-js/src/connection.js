/** Keeps one line open: tries transports, pauses between tries, tells a transport that fails from a hub that is away. */
import { jittered } from './backoff.js';
import { Conversation } from './conversation.js';
import { watchCrowd } from './crowd.js';
import { Ear } from './ear.js';
import { SluiceError } from './errors.js';
import { EventStreamLine } from './event-stream-line.js';
import { RequestLine } from './request-line.js';
import { TabLine } from './tab-line.js';
import { Tabs } from './tabs.js';
import { WebSocketLine } from './web-socket-line.js';

/** Each has open(), send(message), ping() and check(), tells its ear what it hears, and ends with it. */
const LINES = {
  websocket: WebSocketLine,
  sse: EventStreamLine,
  ndjson: RequestLine,
  longpoll: RequestLine,
  poll: RequestLine,
  tab: TabLine,
};

/** Better transports are tried again at least this often. */
const BETTER_MS_MAX = 15 * 60_000;

export class Connection {
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
  #trusted; // The one over which the hub was heard last: it is forgiven once.
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

  async ask(message, isWanted) {
    if (this.state.error) throw this.state.error;
    this.#start();
    return this.#conversation.ask(message, isWanted);
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
    this.#call = this.#open(name);
    this.#say({ state: 'connecting', transport: name });
  }

  #open(name) {
    const call = { name };
    call.ear = new Ear(this.#settings, message => this.#hear(call, message), failure => this.#lost(call, failure));
    call.line = new LINES[name](this.#hub, call.ear, name, this.#tabs);
    // Not before it is the one in use: it asks the page's getToken, which may throw, or close this.
    queueMicrotask(() => call.ear.signal.aborted || call.line.open());
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
    this.#conversation.begin(line);
    this.#planBetter();
    if (name === 'tab') return; // One that leads says itself how its line is.
    this.#hub.memory.write(name);
    this.#say({ state: 'open', transport: name });
  }

  #detach() {
    this.#turn++;
    this.#isOpen = false;
    clearTimeout(this.#timer);
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
      this.#trusted = ear.isHeard && name;
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
    this.#timer = setTimeout(() => this.#connect(), pauseMs);
    this.#say({ state: 'waiting', at: Date.now() + pauseMs, tries: this.#failures, reason: failure.message });
  }

  #stop(error) {
    this.#detach();
    this.#betterTimer = clearTimeout(this.#betterTimer);
    this.#conversation.fail(error);
    this.#say({ state: 'stopped', reason: error.message, error });
  }

  /** To be said last: who hears it may close this, or try again. */
  #say(state) {
    this.state = state;
    this.#tabs?.tellState(state);
    this.#tell('state', state);
  }

  #mirror({ op, ref, ...state }) {
    if (state.error) return this.#stop(new SluiceError(state.reason, state.error));
    this.#say(state);
  }

  // Better transports

  /** The time goes on while lines come and go: one that never lasts as long is to be left all the same. */
  #planBetter() {
    if (!this.#index || this.#betterTimer) return;
    this.#betterTimer = setTimeout(() => {
      this.#betterTimer = undefined;
      if (this.#isOpen) this.#tryBetter(0); // Else it is planned anew once it is.
    }, this.#betterMs * (1 + Math.random() / 4));
    this.#betterMs = Math.min(BETTER_MS_MAX, this.#betterMs * 2);
  }

  #tryBetter(index) {
    if (index < this.#index) this.#better = this.#open(this.#transports[index]);
    else this.#planBetter(); // None of them got through.
  }
}

function listenForWaking(connection, signal) {
  const { document } = globalThis;
  const wake = ({ type }) => (type === 'visibilitychange' && document.hidden) || connection.wake();
  for (const type of ['online', 'pageshow']) globalThis.addEventListener?.(type, wake, { signal });
  for (const type of ['visibilitychange', 'resume']) document?.addEventListener(type, wake, { signal });
}
