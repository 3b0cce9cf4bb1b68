/** A session over Server-Sent Events and POST. */
import { SluiceError, foreign, problemOf } from './errors.js';
import { isExpired } from './outbox.js';
import { expectType, linesOf, parse } from './text.js';

/** The maximum number of characters of several messages in one request. */
const POST_CHARS = 64 * 1024;

/** A session as an event stream, read with fetch (EventSource hides why it fails); messages are sent by POST. */
export class EventStreamTransport {
  #hub;
  #listener;
  #session;
  #unsent = [];
  #isPosting;

  constructor(hub, listener) {
    this.#hub = hub;
    this.#listener = listener;
  }

  async open() {
    try {
      const answer = await this.#hub.fetch(this.#hub.session(), { headers: { Accept: 'text/event-stream' }, signal: this.#listener.signal });
      for await (const lines of linesOf(expectType(answer, 'text/event-stream').body)) {
        this.#listener.received();
        for (const line of lines) this.#read(line);
      }
      throw new SluiceError('The connection ended.');
    } catch (error) {
      this.#listener.lost(error);
    }
  }

  #read(line) { // Each message is on one line of data (docs/protocol.md §4).
    const [, field, value] = /^(data|retry): ?(.*)/.exec(line) ?? [];
    if (field === 'retry') this.#hub.retryMs = Number(value) || 0;
    if (field !== 'data') return;
    const message = parse(value);
    if (message.op === 'welcome') this.#session = message.session;
    this.#listener.take(message);
  }

  /** @param sent when a request that is repeated was sent first */
  send(message, sent) {
    const line = JSON.stringify(message) + '\n';
    if (!this.#listener.accepts(line, message.ref)) return;
    this.#unsent.push({ line, ref: message.ref, sent });
    if (!this.#isPosting) this.#post();
  }

  /** One request at a time, because the order of messages counts; messages that arrive in between go with the next request. */
  async #post() {
    this.#isPosting = true;
    try {
      await undefined; // Messages of the same task are sent together.
      while (this.#unsent.length) {
        const charsMax = Math.min(POST_CHARS, this.#listener.messageBytesMax / 3); // A character has at most three bytes.
        let chars = this.#unsent[0].line.length;
        let count = 1;
        while (count < this.#unsent.length && (chars += this.#unsent[count].line.length) <= charsMax) count++;
        await this.#request(this.#unsent.splice(0, count));
      }
    } catch (error) { // A new session gets the reason.
      this.#listener.lost(new SluiceError(error.message, { retryAfterMs: error.retryAfterMs }));
    }
    this.#isPosting = false;
  }

  /** A proxy may accept less than the hub. Then the hub has received nothing of the request, and each message is sent alone. */
  async #request(all) {
    // One that has waited here too long goes back to the outbox, which rejects it.
    const messages = all.filter(({ ref, sent }) => !isExpired(sent) || this.#listener.take({ op: 'error', ref, retry: true }));
    if (!messages.length) return;
    const url = this.#hub.address(`session/${encodeURIComponent(this.#session)}`);
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const body = messages.map(({ line }) => line).join('');
    try {
      await this.#hub.fetch(url, { method: 'POST', headers, body, signal: this.#listener.signal }, async answer => {
        await answer.text();
        if (answer.status !== 204) throw foreign(); // No hub has received the messages.
      });
    } catch (error) {
      if (error.status !== 413) throw error;
      if (messages.length > 1) for (const message of messages) await this.#request([message]);
      else this.#listener.refuse(messages[0].ref, problemOf(error));
    }
  }

  ping() {
    this.send({ op: 'ping' });
    this.#listener.expectPong();
  }

  check() {
    this.ping();
  }
}
