/** A session over a WebSocket. */
import { SluiceError } from './errors.js';
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
      // A page can neither set headers of a WebSocket nor read the status of a refused handshake.
      const url = this.#hub.session('event').href.replace(/^http/, 'ws');
      const bearer = token && /^[\w.-]+$/.test(token) ? [`bearer.${token}`] : []; // Other characters may only be in the hello.
      this.#socket = new WebSocket(url, ['sluice.v1.json', ...bearer]);
      this.#listener.onClose(() => this.#socket.close());
      this.#socket.onopen = () => this.send({ op: 'hello', token });
      this.#socket.onmessage = ({ data }) => this.#receive(data);
      // Node has no close event for a failed handshake. A refusal is a message, and comes before the close.
      this.#socket.onerror = this.#socket.onclose = ({ reason }) => this.#listener.lost(reason && new SluiceError(reason));
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
    this.ping();
  }
}
