/** Keeps one connection open: chooses transports, backs off, and distinguishes a blocked transport from an unreachable hub. */
import { PAUSE_MS_MAX, jittered } from './backoff.js';
import { onPage } from './page-events.js';
import { Session } from './session.js';
import { watchConnectionCount } from './connection-count.js';
import { TransportListener } from './transport-listener.js';
import { SluiceError } from './errors.js';
import { EventStreamTransport } from './event-stream-transport.js';
import { RequestTransport } from './request-transport.js';
import { TabTransport } from './tab-transport.js';
import { Tabs } from './tabs.js';
import { WebSocketTransport } from './web-socket-transport.js';

/**
 * The transports in the order of preference. Each has open(), send(message), ping() and check(), reports to
 * its listener, and ends with it. So does the transport by way of another tab, which no option names.
 */
export const TRANSPORTS = {
  websocket: WebSocketTransport,
  sse: EventStreamTransport,
  ndjson: RequestTransport,
  longpoll: RequestTransport,
  poll: RequestTransport,
};

/**
 * The number of stale tokens in a row after which the client stops: expired, not valid yet, or of a key that
 * the hub does not know. The pauses between them are at least half a minute in total, because a clock may be
 * wrong, or a key new.
 */
const STALE_TOKENS_MAX = 5;
const LATE = { doublings: 1, jitter: 0.5 };

/** The longest pause before preferred transports are tried again. */
const BETTER_MS_MAX = 15 * 60_000;

export class Connection {
  state = { state: 'idle' };
  #hub;
  #settings;
  #emit;
  #tabs;
  #session;
  #current; // The transport in use, with its name and listener.
  #better; // A preferred transport that is tried at the same time.
  #isOpen;
  #generation = 0; // Changes with the transport, so that results of an earlier one are ignored.
  #index = 0; // The index of the transport in the list.
  #trusted; // The transport over which the hub answered last: one failure does not rule it out.
  #failures = 0;
  #staleTokens = 0; // In a row.
  #isWoken; // The user has returned: a dead connection is replaced without a pause.
  #timer;
  #betterTimer;
  #betterMs;
  #isBetterDue; // Preferred transports became due while the connection was down.
  #closing = new AbortController();

  constructor(hub, emit) {
    this.#hub = hub;
    this.#settings = hub.settings;
    this.#emit = emit;
    this.#betterMs = hub.settings.betterMs;
    this.#session = new Session(hub, emit);
    if (hub.settings.share && globalThis.navigator?.locks && globalThis.BroadcastChannel) {
      this.#tabs = new Tabs(`sluice ${hub.base} ${hub.settings.client ?? ''}`, this);
    }
    listenForWaking(this, this.#closing.signal);
  }

  get #transports() {
    if (this.#tabs && !this.#tabs.isLeader) return ['tab'];
    return this.#settings.transports.filter(name => name !== 'websocket' || globalThis.WebSocket);
  }

  // Requests

  subscribe(subscription) {
    this.#start();
    this.#session.subscribe(subscription);
    if (this.state.error) subscription.handle({ op: 'stopped', error: this.state.error });
  }

  unsubscribe(subscription) {
    this.#session.unsubscribe(subscription);
  }

  async request(message, isWanted) {
    if (this.state.error) throw this.state.error;
    this.#start();
    return this.#session.request(message, isWanted);
  }

  #start() {
    if (this.state.state !== 'idle') return;
    if (this.#tabs) this.#tabs.join(this.#closing.signal);
    else this.restart();
  }

  /** This page cannot share a connection. */
  stopSharing() {
    this.#tabs = undefined;
    this.restart();
  }

  /** Begins with the transport that worked last; also when this tab becomes the leader, or gets another leader. */
  restart() {
    this.#detach();
    this.#failures = 0;
    this.#trusted = this.#hub.memory.read();
    this.#index = Math.max(0, this.#transports.indexOf(this.#trusted));
    this.#connect();
  }

  /** Called when the network is back or the page becomes visible. */
  wake() {
    if (this.state.state === 'waiting' && !this.#current) this.#connect();
    this.#isWoken = true;
    if (this.#isOpen) this.#current.transport.check();
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

  // The life of a transport

  #connect() {
    clearTimeout(this.#timer);
    const name = this.#transports[this.#index];
    this.#current = this.#open(name);
    this.#setState({ state: 'connecting', transport: name });
  }

  #open(name) {
    const attempt = { name };
    attempt.listener = new TransportListener(this.#settings, message => this.#handle(attempt, message), failure => this.#lost(attempt, failure));
    attempt.transport = new (TRANSPORTS[name] ?? TabTransport)(this.#hub, attempt.listener, name, this.#tabs);
    // Not before #current is set: open() calls the page's getToken, which may throw, or close this.
    queueMicrotask(() => attempt.listener.signal.aborted || attempt.transport.open());
    if (name !== 'websocket' && name !== 'tab') watchConnectionCount(this.#hub, attempt.listener, detail => this.#emit('crowded', detail));
    return attempt;
  }

  #handle(attempt, message) {
    const { op } = message;
    if (attempt === this.#better && op === 'welcome') {
      this.#better = undefined;
      this.#detach();
      this.#current = attempt;
      this.#index = this.#transports.indexOf(attempt.name);
    }
    if (attempt !== this.#current) return;
    if (op === 'welcome') return this.#isOpen || this.#welcomed(attempt, message); // A tab may hear from its leader twice.
    if (op === 'state') return this.#copyState(message.state);
    if (op === 'drain') return attempt.listener.lost(new SluiceError('The hub is draining.', message));
    this.#failures = this.#staleTokens = 0; // The hub serves requests, not only connections.
    this.#isWoken = false;
    this.#session.handle(message);
  }

  #welcomed({ name, transport, listener }, { expiresInMs }) {
    this.#isOpen = true;
    this.#session.begin(transport, listener, expiresInMs);
    if (this.#isBetterDue) this.#tryBetter(0);
    else this.#planBetter();
    if (name === 'tab') return; // The leader reports its own state.
    this.#hub.memory.write(name);
    this.#setState({ state: 'open', transport: name });
  }

  #detach(failure) {
    this.#generation++;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#better?.listener.close();
    this.#current?.listener.close();
    this.#better = this.#current = undefined;
    this.#session.suspend(failure);
  }

  #lost(attempt, failure) {
    if (attempt === this.#better) {
      this.#better = undefined;
      this.#tryBetter(this.#transports.indexOf(attempt.name) + 1);
    } else if (attempt === this.#current) {
      this.#detach(failure);
      this.#recover(attempt, failure);
    }
  }

  /** Decides whether a failure is final, and otherwise which transport is tried next. */
  async #recover({ name, listener }, failure) {
    if (name === 'tab') return this.#tabs.takeOver();
    const { status, problem, isTransient, isTimeout } = failure;
    // Only the hub's own refusal is final: a proxy may block one transport and let another one through.
    const isStale = problem?.stale && this.#settings.getToken && this.#staleTokens++ < STALE_TOKENS_MAX;
    if (isStale) return this.#pause(failure);
    if (problem && !isTransient && ![404, 405, 406, 501].includes(status)) return this.#stop(failure);
    const isTrusted = listener.isProven || (!isTimeout && (listener.hasAnswered || name === this.#trusted));
    if (isTrusted || isTransient) {
      this.#trusted = listener.hasAnswered && name;
      return this.#pause(failure);
    }
    // A plain request shows whether the hub is unreachable or only this transport is blocked.
    const generation = this.#generation;
    const failed = !status && (await this.#hub.reach());
    if (generation !== this.#generation) return;
    if (failed) return this.#pause(failed);
    if (++this.#index < this.#transports.length) return this.#connect();
    this.#index = 0;
    this.#pause(failure);
  }

  #pause(failure) {
    const { backoff } = this.#settings;
    if (this.#failures >= backoff.tries) {
      return this.#stop(new SluiceError(`${failure.message} Given up after ${backoff.tries} tries.`, { ...failure }));
    }
    const requestedMs = Math.min(PAUSE_MS_MAX, Math.max(failure.retryAfterMs ?? 0, this.#hub.retryMs));
    const pauseMs = requestedMs + (this.#isWoken ? 0 : jittered(backoff, this.#failures, failure.problem?.stale && LATE));
    this.#isWoken = false;
    this.#failures++;
    this.#timer = setTimeout(() => this.#connect(), pauseMs);
    this.#setState({ state: 'waiting', at: Date.now() + pauseMs, tries: this.#failures, reason: failure.message });
  }

  #stop(error) {
    this.#detach();
    this.#betterTimer = clearTimeout(this.#betterTimer);
    this.#session.fail(error);
    this.#setState({ state: 'stopped', reason: error.message, error });
  }

  /** Must be called last: handlers of the event may close this, or retry. */
  #setState(state) {
    this.state = state;
    this.#tabs?.sendState(state);
    this.#emit('state', state);
  }

  #copyState(state) {
    if (state.error) return this.#stop(new SluiceError(state.reason, state.error));
    this.#setState(state);
  }

  // Better transports

  /** The timer continues across reconnects, so that a transport that never lasts that long is replaced, too. */
  #planBetter() {
    if (!this.#index || this.#betterTimer) return;
    this.#betterTimer = setTimeout(() => {
      this.#betterTimer = undefined;
      this.#isBetterDue = true; // At the next welcome if not now: a connection may be down for most of the time.
      if (this.#isOpen) this.#tryBetter(0);
    }, Math.min(PAUSE_MS_MAX, this.#betterMs) * (1 + Math.random() / 4));
    this.#betterMs = Math.min(BETTER_MS_MAX, this.#betterMs * 2);
  }

  #tryBetter(index) {
    this.#isBetterDue = false;
    if (index < this.#index) this.#better = this.#open(this.#transports[index]);
    else this.#planBetter(); // All of them failed.
  }
}

function listenForWaking(connection, signal) {
  const wake = ({ type }) => (type === 'visibilitychange' && document.hidden) || connection.wake();
  onPage(['online', 'pageshow', 'visibilitychange', 'resume'], wake, signal);
}
