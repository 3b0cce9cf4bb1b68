/** A session over a WebSocket. */
import { SluiceError, ended, refused } from './errors.js';
import { parse } from './text.js';

export class WebSocketTransport {
  #hub;
  #listener;
  #socket;

  constructor(hub, listener) {
    this.#hub = hub;
    this.#listener = listener;
  }

  async open() {
    try {
      const token = await this.#hub.settings.getToken?.();
      if (this.#listener.signal.aborted) return;
      const url = this.#hub.session().href.replace(/^http/, 'ws');
      // A page can set no headers of a WebSocket. What is no name of a subprotocol is only in the greeting.
      const bearer = token && /^[\w.-]+$/.test(token) ? [`bearer.${token}`] : [];
      this.#socket = new WebSocket(url, ['sluice.v1.json', ...bearer]);
      this.#listener.onClose(() => this.#socket.close());
      this.#socket.onopen = () => this.send({ op: 'hello', token });
      this.#socket.onmessage = ({ data }) => this.#receive(data);
      this.#socket.onerror = () => this.#listener.lost(closing(1_006)); // Node has no reason for a failed handshake.
      this.#socket.onclose = ({ code, reason }) => this.#listener.lost(closing(code, reason, this.#listener.isWelcome));
    } catch (error) {
      this.#listener.lost(error);
    }
  }

  #receive(data) {
    this.#listener.received();
    try {
      this.#listener.take(parse(data));
    } catch (error) {
      this.#listener.lost(error);
    }
  }

  send(message) {
    if (this.#socket.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  ping() {
    this.send({ op: 'ping' });
    this.#listener.expectPong();
  }

  check() {
    if (this.#listener.isWelcome) this.ping();
  }
}

/** Close codes from 4000 on are 4000 plus an HTTP status (docs/protocol.md §2). */
function closing(code, reason, wasServed) {
  if (code < 4_000) return new SluiceError(reason || `Closed with code ${code}.`);
  return (wasServed ? ended : refused)({ status: code - 4_000, title: reason || undefined });
}
