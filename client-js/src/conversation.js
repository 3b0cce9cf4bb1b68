/** Who asked what on the present line, so that answers and events find them; on the next line all is asked again. */
import { jittered } from './backoff.js';
import { refused } from './errors.js';
import { Outbox } from './outbox.js';

export class Conversation {
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
