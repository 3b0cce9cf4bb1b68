/** The transport by way of another tab. */

/** Another tab's connection, with the messages of a session. */
export class TabTransport {
  #tabs;
  #listener;
  #heartbeat;

  constructor({ settings }, listener, name, tabs) {
    this.#heartbeat = settings.heartbeat;
    this.#listener = listener;
    this.#tabs = tabs;
    listener.onFrozen = () => this.check();
  }

  open() {
    this.#tabs.follow(this);
    const timer = setInterval(() => this.ping(), this.#heartbeat * 1_000);
    this.#listener.onClose(() => clearInterval(timer));
  }

  received(message) {
    this.#listener.received();
    if (message.op === 'welcome') message.heartbeat = this.#heartbeat;
    this.#listener.take(message);
  }

  /** @param sent when the request was sent first, perhaps by way of a former leader */
  send(message, sent) {
    this.#tabs.request(message, sent?.dateMs);
  }

  /** Any answer counts as a sign of life, not only a pong. */
  ping() {
    this.send({ op: 'ping' });
  }

  /** Makes the leader retry now, as it may be a background tab with long pauses. */
  check() {
    this.send({ op: 'wake' });
    this.#listener.hurry();
  }
}
