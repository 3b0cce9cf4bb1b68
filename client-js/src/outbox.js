import { jittered } from './backoff.js';
import { SluiceError, refused } from './errors.js';

/** Publishes that are sent and not acknowledged: a hub listens to so many. */
const UNDER_WAY_MAX = 64;

/** A hub knows an idempotency key for five minutes. Later nobody could tell whether an event would stand there twice. */
const RESEND_MS_MAX = 4 * 60_000;

/** What is published or asked once, in order, until the hub has answered. */
export class Outbox {
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

  /** @param isWanted whether anybody still waits for the answer: else it is not sent again */
  add(message, isWanted = () => true) {
    const bytes = JSON.stringify(message).length + 1_024; // What it takes besides, roughly.
    return new Promise((resolve, reject) => {
      if (this.#bytes + bytes > this.#bytesMax) {
        return reject(new SluiceError(`No room: ${this.#bytes} bytes wait.`));
      }
      this.#bytes += bytes;
      const entry = { ref: undefined, sent: undefined, isWanted, bytes, resolve, reject };
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
      if (!entry.isWanted()) {
        this.#remove(entry);
        continue;
      }
      // What went out on an earlier line may still be on its way there: nothing new may overtake it.
      if (++underWay > UNDER_WAY_MAX || (isAgain && !entry.sent)) return;
      isAgain ||= entry.isAgain;
      if (entry.ref !== undefined) continue;
      if (entry.sent && sinceMs(entry.sent) > RESEND_MS_MAX) {
        this.#remove(entry);
        entry.reject(new SluiceError('The hub was away for too long.', { mayHaveArrived: true }));
      } else if (this.#request(entry)) {
        entry.sent ??= { dateMs: Date.now(), runMs: performance.now() };
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
    if (this.#entries.delete(entry)) this.#bytes -= entry.bytes;
  }

  /** The line is gone: all go out again, under the same keys. */
  recall() {
    for (const entry of this.#entries) Object.assign(entry, { ref: undefined, isAgain: entry.sent });
  }

  fail(error) {
    this.#timer = clearTimeout(this.#timer);
    for (const entry of this.#entries) {
      this.#remove(entry);
      entry.reject(entry.sent ? new SluiceError(error.message, { ...error, mayHaveArrived: true }) : error);
    }
  }
}

/** By the clock that says more: one may be set back, the other stands still while the computer sleeps. */
function sinceMs({ dateMs, runMs }) {
  return Math.max(Date.now() - dateMs, performance.now() - runMs);
}
