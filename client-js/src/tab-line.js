/** Another tab. */

/** Another tab's connection. The messages are those of a session. */
export class TabLine {
  #tabs;
  #ear;
  #heartbeat;

  constructor({ settings }, ear, name, tabs) {
    this.#heartbeat = settings.heartbeat;
    this.#ear = ear;
    this.#tabs = tabs;
    ear.onFrozen = () => this.check();
  }

  open() {
    this.#tabs.follow(this);
    const timer = setInterval(() => this.ping(), this.#heartbeat * 1_000);
    this.#ear.onClose(() => clearInterval(timer));
  }

  heard(message) {
    this.#ear.heard();
    if (message.op === 'welcome') this.#ear.take({ ...message, heartbeat: this.#heartbeat });
    else this.#ear.take(message);
  }

  send(message) {
    this.#tabs.ask(message);
  }

  /** Its answer is no more than a sign of life, so any other will do. */
  ping() {
    this.send({ op: 'ping' });
  }

  /** The tab that leads may be in the background, where pauses last: it tries now. */
  check() {
    this.send({ op: 'wake' });
    this.#ear.hurry();
  }
}
