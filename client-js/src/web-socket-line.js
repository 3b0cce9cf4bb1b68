/** A session over a WebSocket. */
import { SluiceError, refused } from './errors.js';
import { parse } from './text.js';

export class WebSocketLine {
  #hub;
  #ear;
  #socket;

  constructor(hub, ear) {
    this.#hub = hub;
    this.#ear = ear;
  }

  async open() {
    try {
      const token = await this.#hub.settings.getToken?.();
      if (this.#ear.signal.aborted) return;
      const url = this.#hub.session().href.replace(/^http/, 'ws');
      this.#socket = new WebSocket(url, 'sluice.v1.json');
      this.#ear.onClose(() => this.#socket.close());
      this.#socket.onopen = () => this.send({ op: 'hello', token });
      this.#socket.onmessage = ({ data }) => this.#heard(data);
      this.#socket.onerror = () => this.#ear.lost(closing(1_006)); // Node says no more of a failed handshake.
      this.#socket.onclose = ({ code, reason }) => this.#ear.lost(closing(code, reason));
    } catch (error) {
      this.#ear.lost(error);
    }
  }

  #heard(data) {
    this.#ear.heard();
    try {
      this.#ear.take(parse(data));
    } catch (error) {
      this.#ear.lost(error);
    }
  }

  send(message) {
    if (this.#socket.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  ping() {
    this.send({ op: 'ping' });
    this.#ear.expectPong();
  }

  check() {
    if (this.#ear.isWelcome) this.ping();
  }
}

/** Of the codes, those from 4000 on are a status (docs/protocol.md §2). */
function closing(code, reason) {
  if (code < 4_000) return new SluiceError(reason || `Closed with code ${code}.`);
  return refused({ status: code - 4_000, title: reason || undefined });
}
