/**
 * Sluice for browsers and Node: the channels of a hub, each event once and in order, over any transport.
 *
 *     const sluice = new Sluice('https://hub.example');
 *     sluice.channel('chat/7', { last: 20 }).on('message', event => show(event.data));
 *
 * From the outside inwards:
 *
 *     sluice, channel      the API
 *     author               writes an answer, with plain requests; learns its end through a channel
 *     pace                 replays kept events at the pace of their author
 *     subscription         a selection and its cursor, which is all that a reconnect needs
 *     outbox               publishes that are not acknowledged
 *     session              the requests of the current transport; repeats them over the next
 *     renewal              the next token of a session
 *     connection           keeps one connection open: back-off, choice of transport
 *     …-transport          a WebSocket, an event stream, requests, another tab: siblings with the same messages
 *     tabs                 one connection for all tabs of a browser
 *
 * All transports use the messages of a session (docs/protocol.md §4). A transport without a session on the wire, such as
 * a long poll, translates; that of another tab passes them on. So nothing above the transports depends on their kind.
 */
import { Author, stop } from './author.js';
import { BACKOFF } from './backoff.js';
import { Channel } from './channel.js';
import { Connection, TRANSPORTS } from './connection.js';
import { Emitter } from './emitter.js';
import { SluiceError } from './errors.js';
import { Hub } from './hub.js';
import { onlyKnown } from './options.js';
import { checked } from './token.js';

const DEFAULTS = {
  transports: Object.keys(TRANSPORTS),
  backoff: {},
  client: undefined, // The name of this client, for presence.
  getToken: undefined, // Called before each request, and before the token of a session ends; may be async.
  credentials: undefined, // The mode of fetch: 'include' sends cookies to another origin.
  share: false,
  heartbeat: 15, // Seconds between signs of life, 5 to 120.
  answerMs: 10_000, // How long the hub may take to answer.
  betterMs: 60_000, // The time until preferred transports are tried again; it doubles each time.
  pollMs: 5_000, // The pause between two plain polls.
  waitSeconds: 25, // How long the hub may wait before it answers a long poll.
  unsentBytesMax: 4 * 1024 * 1024, // The limit of publishes that are not acknowledged.
};

const SELECTION = ['after', 'since', 'last', 'snapshot', 'type', 'conflate', 'coalesce', 'gap', 'presence', 'join', 'pace'];

/** A hub. Connects when it is needed; `state`, `crowded` and `error` are its events. */
export class Sluice extends Emitter {
  #connection;
  #hub;
  #channels = new Set(); // Those that are read, and authors.

  constructor(url = globalThis.location?.origin, options = {}) {
    super();
    onlyKnown(Object.keys(options), Object.keys(DEFAULTS));
    const settings = { ...DEFAULTS, ...options, backoff: { ...BACKOFF, ...options.backoff } };
    if (settings.getToken) settings.getToken = checked(settings.getToken);
    onlyKnown(Object.keys(settings.backoff), Object.keys(BACKOFF));
    onlyKnown(settings.transports, DEFAULTS.transports);
    this.#hub = new Hub(url, settings);
    this.#connection = new Connection(this.#hub, (type, detail) => this.emit(type, detail));
  }

  /** `{state: 'idle' | 'connecting' | 'open' | 'waiting' | 'stopped', …}`, as the event of the same name. */
  get state() {
    return this.#connection.state;
  }

  /** Channels or patterns to read, or one channel to publish to. Nothing is read before a handler is added. */
  channel(names, options = {}) {
    onlyKnown(Object.keys(options), SELECTION);
    return new Channel(this.#connection, [names].flat(), options, this.#channels);
  }

  /** Begins an answer in a new channel. */
  author(name, options = {}) {
    const author = new Author(this.#hub, name, options, selection => this.channel(name, selection), () => this.#channels.delete(author));
    this.#channels.add(author);
    return author;
  }

  /** Ends an answer as stopped: its author and all readers are told. Resolves with false if it has ended before. */
  stop(name, reason = {}) {
    return stop(this.#hub, name, reason);
  }

  /** Ends a pause and connects now; also after a stop. */
  retry() {
    this.#connection.retry();
  }

  close() {
    for (const channel of this.#channels) channel.close();
    this.#connection.close();
  }
}

export { SluiceError };
