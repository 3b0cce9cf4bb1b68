import { jittered } from './backoff.js';
import { SluiceError, refused } from './errors.js';

/** The maximum number of publishes in flight; the hub accepts as many. */
const IN_FLIGHT_MAX = 64;

/** The hub keeps idempotency keys for five minutes; a repetition after that might be stored twice. */
export const RESEND_MS_MAX = 4 * 60_000;

/** Publishes and other requests with one answer, in order, until the hub has answered. */
export class Outbox {
  #entries = new Set();
  #bytes = 0;
  #bytesMax;
  #backoff;
  #send;
  #timer;
  #failures = 0;

  /** @param send sends an entry's message if there is a transport, and returns true if there is */
  constructor({ unsentBytesMax, backoff }, send) {
    this.#bytesMax = unsentBytesMax;
    this.#backoff = backoff;
    this.#send = send;
  }

  /**
   * @param sentAt   when another tab sent the request first, as by `Date.now()`
   * @param isWanted returns false once the answer is no longer needed; the request is then not sent again
   */
  add({ sentAt, ...message }, isWanted = () => true) {
    const bytes = JSON.stringify(message).length + 1_024; // Plus the approximate size of the entry itself.
    return new Promise((resolve, reject) => {
      if (this.#bytes + bytes > this.#bytesMax) {
        const most = `${this.#bytesMax} bytes (unsentBytesMax)`;
        return reject(new SluiceError(`Too much is unsent: ${bytes} bytes and ${this.#bytes} before them are more than ${most}.`));
      }
      this.#bytes += bytes;
      const sent = sentAt && { ...timeNow(), dateMs: sentAt };
      const entry = { message: () => message, handle: answer => this.#answer(entry, answer), isWanted, sent, isFirst: true, bytes, resolve, reject };
      this.#entries.add(entry);
      this.flush();
    });
  }

  flush() {
    if (this.#timer) return;
    let inFlight = 0;
    let isResent = false;
    for (const entry of this.#entries) {
      if (!entry.isWanted()) {
        this.#remove(entry);
        continue;
      }
      // Publishes sent over an earlier transport may still arrive: no new one may overtake them.
      if (++inFlight > IN_FLIGHT_MAX || (isResent && !entry.sent)) return;
      isResent ||= !entry.isFirst;
      if (entry.ref !== undefined) continue;
      if (isExpired(entry.sent)) {
        this.#remove(entry);
        entry.reject(new SluiceError('The hub was away for too long.', { mayHaveArrived: true }));
      } else if (this.#send(entry)) {
        entry.sent ??= timeNow();
      } else {
        return;
      }
    }
  }

  #answer(entry, { op, ref, retry, problem, mayHaveArrived, ...answer }) {
    if (op === 'error' && retry) { // Later entries wait for this one, except those in flight in a session.
      entry.ref = undefined;
      entry.isUncertain ||= problem?.status >= 500; // A 504, say, of a proxy.
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.flush();
      }, jittered(this.#backoff, this.#failures++));
      return;
    }
    this.#failures = 0;
    this.#remove(entry);
    // The hub checks the token before the key, and another tab (without a status) its room: the first attempt may be stored.
    mayHaveArrived ||= (!entry.isFirst || entry.isUncertain) && [undefined, 401, 403].includes(problem?.status);
    if (op === 'error') entry.reject(Object.assign(refused(problem), { mayHaveArrived }));
    else entry.resolve(answer);
    this.flush();
  }

  #remove(entry) {
    if (this.#entries.delete(entry)) this.#bytes -= entry.bytes;
  }

  /** Called when the transport was lost: all entries are sent again, with the same idempotency keys. */
  recall() {
    for (const entry of this.#entries) Object.assign(entry, { ref: undefined, isFirst: !entry.sent });
  }

  fail(error) {
    this.#timer = clearTimeout(this.#timer);
    for (const entry of this.#entries) {
      this.#remove(entry);
      entry.reject(entry.sent ? new SluiceError(error.message, { ...error, mayHaveArrived: true }) : error);
    }
  }
}

/** The time by two clocks, for `isExpired`. */
export function timeNow() {
  return { dateMs: Date.now(), runMs: performance.now() };
}

/**
 * Returns true if a request was sent first more than RESEND_MS_MAX ago: it is not sent again. One clock may be
 * set back, the other stops while the computer sleeps.
 */
export function isExpired(sent) {
  return sent && Math.max(Date.now() - sent.dateMs, performance.now() - sent.runMs) > RESEND_MS_MAX;
}
