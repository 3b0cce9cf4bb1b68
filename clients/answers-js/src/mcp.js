/**
 * MCP: an event store for `StreamableHTTPServerTransport`, for clients of the protocol's version 2025-11-25 and older. A
 * session's messages are in a channel, so a client whose connection was lost resumes any of its streams.
 *
 *     mcp/SESSION     one event for each message; its type is the stream
 */
import { Sluice } from 'sluice-client';
import { hubRequest, randomId } from './answers.js';

/** Between the stream and the hub's id in the id of an event. No hub's id contains it. */
const SEPARATOR = ':';

const PAGE_EVENTS_MAX = 1_000;

/** The streams of a session, the last ones written to, whose newest messages are known. Each call has one. */
const STREAMS_MAX = 100;

/** How often, and for how long at most, a replay waits for a node of a cluster that has not applied the newest message. */
const WAITS_MAX = 10;
const WAIT_SECONDS = 1;

/**
 * Precedes the messages that are sent again, with the id that the client named: the SDK's clients forget their place if such a
 * stream ends before its first message. A receiver ignores the cancel of a request that it does not know.
 */
const PLACE = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'none' } };

export class SluiceEventStore {
  #url;
  #options;
  #channel;
  #sluice;
  #isShared;
  #messages;
  #storing = new Set();
  #newest = new Map(); // The hub's id of the newest message stored, by stream.
  #replays = new Map(); // The end of the newest replay, by stream.
  #isClosed;

  /**
   * @param session the name of this session alone: a client must not get the messages of another
   * @param sluice  a client that several stores share, so that they need one connection; it is not closed
   */
  constructor({ url, prefix = '', session = randomId(), sluice, ...options }) {
    this.#url = url;
    this.#options = options;
    this.#channel = `${prefix}mcp/${encodeURIComponent(session)}`;
    this.#sluice = sluice ?? new Sluice(url, options);
    this.#isShared = Boolean(sluice);
  }

  /**
   * Resolves with the id of the message once the hub has stored it and the replay of its stream, if any, is over: until then the
   * transport has no connection for the message, and the replay may have read what was there before it.
   */
  async storeEvent(streamId, message) {
    if (this.#isClosed) throw new Error('The session has ended.');
    this.#messages ??= this.#sluice.channel(this.#channel);
    const stored = this.#messages.publish(message, { type: streamId });
    this.#storing.add(stored);
    try {
      const { id } = await stored;
      this.#note(streamId, id);
      await this.#replays.get(streamId);
      return `${streamId}${SEPARATOR}${id}`;
    } finally {
      this.#storing.delete(stored);
    }
  }

  #note(stream, id) {
    this.#newest.delete(stream);
    this.#newest.set(stream, id);
    if (this.#newest.size > STREAMS_MAX) this.#newest.delete(this.#newest.keys().next().value);
  }

  async getStreamIdForEventId(eventId) {
    return split(eventId)?.[0];
  }

  /** Sends the messages of the same stream that follow. A message that is gone is an error: the client begins again. */
  async replayEventsAfter(lastEventId, { send }) {
    const [stream, last] = split(lastEventId) ?? [];
    if (!stream) throw new TypeError('This is no id of an event.');
    const replay = this.#replay(stream, last, send);
    const transportIsTold = () => new Promise(resolve => void setTimeout(resolve));
    const over = replay.then(transportIsTold, transportIsTold).then(() => this.#replays.get(stream) === over && this.#replays.delete(stream));
    this.#replays.set(stream, over);
    await replay;
    return stream;
  }

  async #replay(stream, last, send) {
    const newest = this.#newest.get(stream) ?? last;
    let isThere = newest === last;
    await send(`${stream}${SEPARATOR}${last}`, PLACE);
    for (let after = last, more = true, waits = 0; more || !isThere;) {
      if (!more && waits++ === WAITS_MAX) throw new Error('The node of the hub is too far behind.');
      const wait = more ? 0 : WAIT_SECONDS;
      const answer = await hubRequest(this.#url, this.#options, 'GET', this.#channel, { after, type: stream, limit: PAGE_EVENTS_MAX, wait });
      const { events, gap, cursor, more: rest } = await answer.json();
      if (gap) throw new Error(`Messages are gone (${gap.reason}).`);
      for (const { id, data } of events) {
        isThere ||= id === newest;
        if (data?.jsonrpc) await send(`${stream}${SEPARATOR}${id}`, data); // Without those that only have an id, to begin a stream.
      }
      [after, more] = [cursor, rest];
    }
  }

  /** Deletes the messages, for the end of the session; once more if one was on its way, which would revive the channel. */
  async close() {
    this.#isClosed = true;
    try {
      let late;
      do {
        late = [...this.#storing];
        await hubRequest(this.#url, this.#options, 'DELETE', this.#channel);
        await Promise.allSettled(late);
      } while (late.length);
    } finally {
      this.#messages?.close();
      if (!this.#isShared) this.#sluice.close();
    }
  }
}

function split(eventId) {
  const at = eventId.lastIndexOf(SEPARATOR);
  if (at > 0) return [eventId.slice(0, at), eventId.slice(at + 1)];
}
