/** Receives what a transport reports, and detects dead connections. */
import { asSluiceError, refused, timeout, tooLarge } from './errors.js';

/** A connection is dead after two missed heartbeats and half of the interval to a third. */
export const HEARTBEATS_MISSED_MAX = 2.5;

/** A timer that is this late was frozen together with the page. */
const FROZEN_MS = 2_000;

/** Calls back when nothing has arrived for too long. */
export class Watchdog {
  #dueMs = 0;
  #timeoutMs = 0;
  #timer;
  #onTimeout;
  #onFrozen;

  /** @param onFrozen called instead if the page was frozen: data that arrived in the meantime is not read yet */
  constructor(onTimeout, onFrozen = onTimeout) {
    this.#onTimeout = onTimeout;
    this.#onFrozen = onFrozen;
  }

  expect(timeoutMs) {
    this.#timeoutMs = timeoutMs;
    this.hurry(timeoutMs);
  }

  received() {
    this.#dueMs = performance.now() + this.#timeoutMs;
  }

  get silentMs() {
    return performance.now() - this.#dueMs + this.#timeoutMs;
  }

  /** Expects data within this time, once; then the former timeout applies again. */
  hurry(timeoutMs) {
    this.#dueMs = performance.now() + timeoutMs;
    this.stop();
    this.#timer = setTimeout(() => this.#check(), timeoutMs);
  }

  #check() {
    const lateMs = performance.now() - this.#dueMs;
    if (lateMs < -1) this.#timer = setTimeout(() => this.#check(), -lateMs);
    else if (lateMs > FROZEN_MS) this.#onFrozen();
    else this.#onTimeout();
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/** Receives the messages of one transport and ends it after a timeout. The transport is closed together with this. */
export class TransportListener {
  isWelcome; // The hub has answered over this transport.
  hasAnswered; // The hub itself has sent something over it.
  messageBytesMax = Infinity; // From the hub's welcome.
  isProven; // A heartbeat came in time: no proxy buffers the stream.
  onFrozen = () => this.hurry();
  #abort = new AbortController();
  #answerMs;
  #watchdog = new Watchdog(() => this.lost(timeout()), () => this.onFrozen());
  #pong = new Watchdog(() => this.lost(timeout()), () => this.#pong.hurry(this.#answerMs));
  #isPinged;
  #onMessage;
  #onLost;

  constructor({ answerMs }, onMessage, onLost) {
    this.#answerMs = answerMs;
    this.#onMessage = onMessage;
    this.#onLost = onLost;
    this.#watchdog.expect(answerMs);
    this.onClose(() => {
      this.#watchdog.stop();
      this.#pong.stop();
    });
  }

  /** Aborts when this is closed. */
  get signal() {
    return this.#abort.signal;
  }

  /** @param until removes the callback when it aborts */
  onClose(end, until) {
    this.signal.addEventListener('abort', end, { signal: until });
  }

  /** Other data before the welcome does not extend the timeout. */
  received() {
    if (this.isWelcome) this.#watchdog.received();
  }

  /** Expects a sign of life soon. */
  hurry() {
    this.#watchdog.hurry(this.#answerMs);
  }

  /** Only a pong counts: received data does not prove that the hub receives what is sent. */
  expectPong() {
    if (this.#isPinged) return; // The first ping counts, or further pings would extend the timeout.
    this.#isPinged = true;
    this.#pong.hurry(this.#answerMs);
  }

  /** A message before the welcome answers no request of this transport, so it moves no cursor and proves nothing. */
  take(message) {
    const { op, ref, session, heartbeat, messageBytesMax, problem } = message;
    // An error of the session: it is refused, or its token has expired.
    if (op === 'error' && ref === undefined && (!this.isWelcome || problem.status === 401)) {
      return this.lost(refused(problem, this.isWelcome));
    }
    if (this.signal.aborted || !(this.isWelcome || op === 'welcome' || op === 'drain')) return;
    if (session) this.hasAnswered = true;
    if (op === 'heartbeat') this.isProven = true;
    if (op === 'pong') {
      this.#isPinged = false;
      this.#pong.stop();
    } else if (op === 'welcome') {
      this.isWelcome = true;
      this.messageBytesMax = messageBytesMax ?? Infinity;
      if (heartbeat) this.#watchdog.expect(heartbeat * 1_000 * HEARTBEATS_MISSED_MAX);
      else this.#watchdog.stop(); // This transport has its own timeouts.
    }
    this.#onMessage(message);
  }

  /** Returns true if the hub accepts a message of this length. Otherwise its sender gets the refusal, and the connection stays open. */
  accepts(json, ref) {
    const bytesMax = this.messageBytesMax;
    if (json.length <= bytesMax / 3) return true; // A character has at most three bytes.
    const { length } = new TextEncoder().encode(json);
    if (length > bytesMax) this.refuse(ref, tooLarge(`The message has ${length} bytes, and the hub accepts ${bytesMax}.`));
    return length <= bytesMax;
  }

  /** Answers a message in place of the hub, but only after its sender knows that it was sent. */
  refuse(ref, problem) {
    queueMicrotask(() => this.take({ op: 'error', ref, problem, retry: false }));
  }

  lost(failure) {
    if (this.signal.aborted) return;
    this.close();
    this.#onLost(asSluiceError(failure, 'The connection ended.'));
  }

  close() {
    this.#abort.abort();
  }
}
