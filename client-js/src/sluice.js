/**
 * Sluice in browsers and in Node: the channels of a hub, each event once and in order, over whatever line there is.
 *
 *     const sluice = new Sluice('https://hub.example');
 *     sluice.channel('chat/7', { last: 20 }).on('message', event => show(event.data));
 *
 * From the outside inwards:
 *
 *     sluice, channel      what a page has in its hands
 *     subscription         a selection, and the place up to which it was read: all that a reconnect needs
 *     outbox               what was published and not yet acknowledged
 *     conversation         who asked what on the present line; asks again on the next
 *     connection           keeps one line open: back-off, choice of transport
 *     …-line               a WebSocket, an event stream, requests, another tab: siblings that speak the same messages
 *     tabs                 one connection for all tabs of a browser
 *
 * All lines speak the messages of a session (docs/protocol.md §4). One that has none on the wire, as a long poll,
 * translates; one that is another tab hands them on. So nothing above the lines knows which of them it has.
 */
import { BACKOFF } from './backoff.js';
import { Channel } from './channel.js';
import { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { SluiceError } from './errors.js';
import { Hub } from './hub.js';

const TRANSPORTS = ['websocket', 'sse', 'ndjson', 'longpoll', 'poll'];

const DEFAULTS = {
  transports: TRANSPORTS,
  backoff: {},
  client: undefined, // Who this is, for presence.
  getToken: undefined, // Asked before each request; may be async.
  credentials: undefined, // As of fetch: 'include' sends cookies to another origin.
  share: false,
  heartbeat: 15, // Seconds between signs of life, 5 to 120.
  answerMs: 10_000, // How long the hub may take for its first word.
  betterMs: 60_000, // Until better transports are tried again; twice as long each time.
  pollMs: 5_000, // Between two plain polls.
  waitSeconds: 25, // How long the hub may hold back the answer to a long poll.
  unsentBytesMax: 4 * 1024 * 1024, // Of publishes that wait to be acknowledged.
};

const SELECTION = ['after', 'since', 'last', 'snapshot', 'type', 'conflate', 'coalesce', 'gap', 'presence', 'join'];

/** A hub. Connects when there is something to do; `state`, `crowded` and `error` are its events. */
export class Sluice extends Emitter {
  #connection;
  #channels = new Set();

  constructor(url = globalThis.location?.origin, options = {}) {
    super();
    onlyKnown(options, Object.keys(DEFAULTS));
    const settings = { ...DEFAULTS, ...options, backoff: { ...BACKOFF, ...options.backoff } };
    onlyKnown(settings.backoff, Object.keys(BACKOFF));
    onlyKnown(Object.fromEntries(settings.transports.map(name => [name])), TRANSPORTS);
    this.#connection = new Connection(new Hub(url, settings), (type, detail) => this.emit(type, detail));
  }

  /** `{state: 'idle' | 'connecting' | 'open' | 'waiting' | 'stopped', …}`, as the event of the same name. */
  get state() {
    return this.#connection.state;
  }

  /** Channels or patterns to read, or one channel to publish to. Nothing is read before somebody listens. */
  channel(names, options = {}) {
    onlyKnown(options, SELECTION);
    const channel = new Channel(this.#connection, [names].flat(), options, () => this.#channels.delete(channel));
    this.#channels.add(channel);
    return channel;
  }

  /** Tries now, rather than when the pause is over; after a stop, begins again. */
  retry() {
    this.#connection.retry();
  }

  close() {
    for (const channel of this.#channels) channel.close();
    this.#connection.close();
  }
}

function onlyKnown(options, known) {
  for (const name in options) {
    if (!known.includes(name)) throw new TypeError(`There is no '${name}' here, but ${known.join(', ')}.`);
  }
}

export { SluiceError };
