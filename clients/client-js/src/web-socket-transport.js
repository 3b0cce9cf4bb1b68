/** A session over a WebSocket. */
import { SluiceError } from './errors.js';
import { parse } from './text.js';

/** Closes a WebSocket whose client has sent a message that is too long (RFC 6455 §7.4.1). */
const TOO_BIG = 1009;

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
      this.#socket.onerror = this.#socket.onclose = ({ code, reason }) => {
        const isTooLarge = code === TOO_BIG;
        this.#listener.lost((reason || isTooLarge) && new SluiceError(reason || 'A message was too long.', { isTooLarge }));
      };
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
    if (this.#socket.readyState !== 1) return;
    const json = JSON.stringify(message);
    if (this.#listener.accepts(json, message.ref)) this.#socket.send(json);
  }

  ping() {
    this.send({ op: 'ping' });
    this.#listener.expectPong();
  }

  check() {
    this.ping();
  }
}
