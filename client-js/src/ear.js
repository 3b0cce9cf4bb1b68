/** What each line reports to. */
import { SluiceError, silence } from './errors.js';

/** A line is dead when it misses two heartbeats and half of the time to a third. */
export const HEARTBEATS_MISSED_MAX = 2.5;

/** A timer that comes so late was held back with all of the page. */
const FROZEN_MS = 2_000;

/** Says when nothing was heard for too long. */
export class Watchdog {
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
export class Ear {
  isWelcome = false; // The hub has answered on this very line.
  isHeard = false; // The hub itself has said something on it.
  isProven = false; // A sign of life came in time: nobody holds back what is sent.
  onFrozen = () => this.hurry();
  #abort = new AbortController();
  #answerMs;
  #watchdog = new Watchdog(() => this.lost(silence()), () => this.onFrozen());
  #pong = new Watchdog(() => this.lost(silence()), () => this.#pong.hurry(this.#answerMs));
  #isPinged = false;
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

  /** Ends with this ear. */
  get signal() {
    return this.#abort.signal;
  }

  /** @param until aborts when there is nothing to end any more */
  onClose(end, until) {
    this.signal.addEventListener('abort', end, { signal: until });
  }

  /** The welcome has to come in time, whatever else comes first. */
  heard() {
    if (this.isWelcome) this.#watchdog.heard();
  }

  /** There has to be a word soon. */
  hurry() {
    this.#watchdog.hurry(this.#answerMs);
  }

  /** No other word will do: what comes down does not prove that the way up works. */
  expectPong() {
    if (this.#isPinged) return; // The first one counts, or many pings would put off the end.
    this.#isPinged = true;
    this.#pong.hurry(this.#answerMs);
  }

  /** A message before the welcome answers nothing that was said on this line: it moves no place and proves nothing. */
  take(message) {
    const { op, session, heartbeat } = message;
    if (this.signal.aborted || !(this.isWelcome || op === 'welcome' || op === 'drain')) return;
    if (session) this.isHeard = true;
    if (op === 'heartbeat') this.isProven = true;
    if (op === 'pong') {
      this.#isPinged = false;
      this.#pong.stop();
    } else if (op === 'welcome') {
      this.isWelcome = true;
      if (heartbeat) this.#watchdog.expect(heartbeat * 1_000 * HEARTBEATS_MISSED_MAX);
      else this.#watchdog.stop(); // This line has its own ways.
    }
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
