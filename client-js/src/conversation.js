/** Who asked what on the present line, so that answers and events find them; on the next line all is asked again. */
import { jittered } from './backoff.js';
import { refused } from './errors.js';
import { Outbox } from './outbox.js';

export class Conversation {
  #backoff;
  #tell;
  #outbox;
  #subscriptions = new Set();
  #askers = new Map(); // Of the present line, by ref.
  #lastRef = 0; // Never used twice, so that what was meant for an earlier line finds nobody.
  #line; // While there is one.
  #answerMs;
  #timer;

  constructor({ backoff, unsentBytesMax, answerMs }, tell) {
    this.#backoff = backoff;
    this.#answerMs = answerMs;
    this.#tell = tell;
    this.#outbox = new Outbox(unsentBytesMax, backoff, entry => this.#ask(entry));
  }

  begin(line) {
    this.#line = line;
    for (const subscription of this.#subscriptions) this.#ask(subscription);
    this.#outbox.flush();
  }

  /** The line is gone. */
  suspend() {
    this.#line = undefined;
    this.#timer = clearTimeout(this.#timer);
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
    this.#line.send({ op: 'unsubscribe', ref });
  }

  /** What is asked once: a publish, a question. */
  ask(message, isWanted) {
    return this.#outbox.add(message, isWanted);
  }

  /** @return whether there is a line to ask on */
  #ask(asker) {
    if (!this.#line) return false;
    asker.ref = ++this.#lastRef;
    asker.askedMs = performance.now();
    this.#askers.set(asker.ref, asker);
    this.#line.send({ ref: asker.ref, ...asker.question() });
    this.#timer ??= setTimeout(() => this.#lookForAnswers(), this.#answerMs);
    return true;
  }

  /** Heartbeats may come down a line whose way up is dead: what stays unanswered for long is followed by a ping. */
  #lookForAnswers() {
    this.#timer = undefined;
    for (const { isServed, askedMs } of this.#askers.values()) { // The oldest first.
      if (isServed) continue;
      const restMs = askedMs + this.#answerMs - performance.now();
      if (restMs <= 0) this.#line.ping();
      this.#timer = setTimeout(() => this.#lookForAnswers(), restMs > 0 ? restMs : this.#answerMs);
      return;
    }
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

  /** Only those that the present line served when it was written have had everything up to its cursor. */
  #heartbeat({ cursor, behind = {} }) {
    for (const [ref, asker] of this.#askers) {
      if (!asker.isServed) continue;
      const count = behind[ref];
      asker.hear({ op: 'place', cursor: count === undefined ? cursor : undefined, behind: count ?? 0 });
    }
  }
}
