/** Delivers kept events at the pace at which they were published. */

/** A longer pause between two events is shortened to this. */
const PAUSE_MS_MAX = 1_000;

/** The messages that wait. At the limit the subscription is ended; it is resumed when half of them are delivered. */
const QUEUE_MESSAGES_MAX = 1_000;

/** Live events come no faster than they were published, so they pass without a delay. */
export class Pace {
  isFull; // From `onFull` until `onRoom`.
  #speed;
  #deliver;
  #onFull;
  #onRoom;
  #queue = [];
  #timer;
  #atMs = 0; // When the last event was due, and when it was published.
  #timeMs = Infinity;

  /** @param speed 1 is that of the author, 4 four times as fast */
  constructor(speed, deliver, onFull, onRoom) {
    this.#speed = speed;
    this.#deliver = deliver;
    this.#onFull = onFull;
    this.#onRoom = onRoom;
  }

  put(message) {
    this.#queue.push(message);
    if (!this.#timer) this.#drain(0);
    if (this.#queue.length < QUEUE_MESSAGES_MAX || this.isFull || message.op !== 'event') return;
    this.isFull = true;
    this.#onFull();
  }

  close() {
    clearTimeout(this.#timer);
    this.#queue = [];
  }

  /** @param lateMs how late a timer may be and still count as if it were on time: those of hidden pages are */
  #drain(lateMs) {
    this.#timer = undefined;
    while (this.#queue.length) {
      const [message] = this.#queue;
      const timeMs = message.op === 'event' ? Date.parse(message.time) : this.#timeMs;
      const pauseMs = Math.min(PAUSE_MS_MAX, Math.max(0, timeMs - this.#timeMs) / this.#speed) || 0;
      const restMs = this.#atMs + pauseMs - performance.now();
      if (restMs > 0) {
        this.#timer = setTimeout(() => this.#drain(PAUSE_MS_MAX), restMs);
        break;
      }
      this.#atMs = Math.max(this.#atMs + pauseMs, performance.now() - lateMs);
      this.#timeMs = timeMs;
      this.#queue.shift();
      this.#deliver(message);
    }
    if (!this.isFull || this.#queue.length > QUEUE_MESSAGES_MAX / 2) return;
    this.isFull = false;
    this.#onRoom();
  }
}
