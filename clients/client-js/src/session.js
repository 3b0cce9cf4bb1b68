/** Requests of the current transport by their refs, to which answers and events belong; the next transport repeats them. */
import { jittered } from './backoff.js';
import { refused, tooLarge } from './errors.js';
import { Outbox } from './outbox.js';
import { renew } from './renewal.js';
import { RequestTransport } from './request-transport.js';
import { TransportListener } from './transport-listener.js';

export class Session {
  #hub;
  #settings;
  #emit;
  #outbox;
  #subscriptions = new Set();
  #requests = new Map(); // The requests of the current transport, by ref.
  #lastRef = 0; // Never used twice, so that late answers of an earlier transport are ignored.
  #transport; // Undefined while disconnected.
  #listener; // The listener of the current transport.
  #beside; // Long polls for the subscriptions beyond the limit of the hub's session.
  #renewing; // The listener of a transport whose token expires and has a successor.
  #timer;

  constructor(hub, emit) {
    const { settings } = hub;
    this.#hub = hub;
    this.#settings = settings;
    this.#emit = emit;
    this.#outbox = new Outbox(settings, entry => this.#send(entry));
  }

  /** @param leftMs the remaining time of its token; undefined if it does not expire */
  begin(transport, listener, leftMs) {
    this.#transport = transport;
    this.#listener = listener;
    this.#renewing = this.#settings.getToken && leftMs !== undefined && listener;
    renew(this.#settings.getToken, leftMs, request => this.#send(request), listener);
    for (const subscription of this.#subscriptions) this.#send(subscription);
    this.#outbox.flush();
  }

  /**
   * Called when the transport was lost.
   *
   * @param failure the reason; a message that was too long is the longest unanswered request, which is not sent again
   */
  suspend(failure) {
    const request = failure?.isTooLarge && this.#longest();
    this.#transport = this.#beside = undefined;
    this.#timer = clearTimeout(this.#timer);
    this.#requests.clear();
    for (const subscription of this.#subscriptions) Object.assign(subscription, { ref: undefined, isBeside: false });
    this.#outbox.recall();
    if (!request) return;
    this.#subscriptions.delete(request);
    queueMicrotask(() => request.handle({ op: 'error', problem: tooLarge(failure.message) }));
  }

  #longest() {
    const length = request => JSON.stringify(request.message()).length;
    return [...this.#requests.values()].filter(({ isServed }) => !isServed).sort((a, b) => length(b) - length(a))[0];
  }

  /** Called when there will be no further transport. */
  fail(error) {
    this.#outbox.fail(error);
    for (const subscription of this.#subscriptions) subscription.handle({ op: 'stopped', error });
  }

  // Requests

  subscribe(subscription) {
    this.#subscriptions.add(subscription);
    this.#send(subscription);
  }

  unsubscribe(subscription) {
    this.#subscriptions.delete(subscription);
    const { ref } = subscription;
    if (!this.#requests.delete(ref)) return;
    subscription.ref = undefined;
    this.#transportOf(subscription).send({ op: 'unsubscribe', ref });
  }

  /** A request with one answer: a publish, or presence. */
  request(message, isWanted) {
    return this.#outbox.add(message, isWanted);
  }

  /** @return true if there is a transport */
  #send(request) {
    if (!this.#transport) return false;
    request.ref = ++this.#lastRef;
    request.sentMs = performance.now();
    this.#requests.set(request.ref, request);
    this.#transportOf(request).send({ ref: request.ref, ...request.message() }, request.sent);
    this.#timer ??= setTimeout(() => this.#checkAnswers(), this.#settings.answerMs);
    return true;
  }

  #transportOf({ isBeside }) {
    return isBeside ? (this.#beside ??= this.#openBeside()) : this.#transport;
  }

  /** Closed together with the current transport. If it fails earlier, its subscriptions are requested again. */
  #openBeside() {
    const lost = () => {
      this.#beside = undefined;
      for (const [ref, request] of this.#requests) if (request.isBeside && this.#requests.delete(ref)) this.#resubscribe(request);
    };
    const listener = new TransportListener(this.#settings, message => this.handle(message), lost);
    this.#listener.onClose(() => listener.close(), listener.signal);
    listener.take({ op: 'welcome' });
    return new RequestTransport(this.#hub, listener, 'longpoll');
  }

  /** Heartbeats may arrive although requests do not: a request without an answer is followed by a ping. */
  #checkAnswers() {
    this.#timer = undefined;
    for (const { isServed, isBeside, sentMs } of this.#requests.values()) { // In the order of the requests.
      if (isServed || isBeside) continue;
      const restMs = sentMs + this.#settings.answerMs - performance.now();
      if (restMs <= 0) this.#transport.ping();
      this.#timer = setTimeout(() => this.#checkAnswers(), restMs > 0 ? restMs : this.#settings.answerMs);
      return;
    }
  }

  #resubscribe(subscription) {
    subscription.ref = undefined;
    setTimeout(() => {
      if (this.#subscriptions.has(subscription) && !subscription.ref) this.#send(subscription);
    }, jittered(this.#settings.backoff, subscription.failures++));
  }

  // Messages of the hub

  handle(message) {
    const { op, ref, problem } = message;
    const request = this.#requests.get(ref);
    if (op === 'heartbeat') this.#heartbeat(message);
    else if (request) this.#answer(request, message);
    else if (op === 'error' && ref === undefined) this.#emit('error', refused(problem));
  }

  #answer(request, message) {
    const { op, ref, retry, problem } = message;
    const isSubscription = this.#subscriptions.has(request);
    const isNew = isSubscription ? !request.isServed : request.isFirst;
    // The token has expired before the next one was sent. The request had no effect, and the next connection
    // presents the next token.
    if (problem?.status === 401 && isNew && this.#renewing) return this.#renewing.lost(refused(problem, true));
    if (op === 'error' || op === 'complete' || !isSubscription) {
      this.#requests.delete(ref);
      if (isSubscription && problem?.sessionMax) return this.#send(Object.assign(request, { isBeside: true }));
      if (isSubscription && retry) this.#resubscribe(request);
      else this.#subscriptions.delete(request);
    }
    request.handle(message);
    if (op === 'closed' && request.isComplete && this.#requests.has(ref)) {
      this.unsubscribe(request);
      request.handle({ op: 'complete' });
    }
  }

  /** Only subscriptions that this transport has confirmed have received everything up to the heartbeat's cursor. */
  #heartbeat({ cursor, behind = {} }) {
    for (const [ref, request] of this.#requests) {
      if (request.isBeside) continue;
      const place = ref in behind ? undefined : cursor;
      if (request.isServed) request.handle({ op: 'place', cursor: place, behind: behind[ref] ?? 0 });
    }
  }
}
