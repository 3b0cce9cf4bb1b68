/** A session over Server-Sent Events and POST. */
import { SluiceError } from './errors.js';
import { expectType, linesOf, parse } from './text.js';

/** Of messages that go up together. */
const POST_CHARS = 64 * 1024;

/** A session as an event stream, read with fetch (EventSource hides why it fails); messages go up by POST. */
export class EventStreamLine {
  #hub;
  #ear;
  #session;
  #unsent = [];
  #isPosting = false;

  constructor(hub, ear) {
    this.#hub = hub;
    this.#ear = ear;
  }

  async open() {
    try {
      const answer = await this.#hub.fetch(this.#hub.session(), { headers: { Accept: 'text/event-stream' }, signal: this.#ear.signal });
      expectType(answer, 'text/event-stream');
      for await (const lines of linesOf(answer.body)) {
        this.#ear.heard();
        for (const line of lines) this.#read(line);
      }
      throw new SluiceError('The stream ended.');
    } catch (error) {
      this.#ear.lost(error);
    }
  }

  #read(line) { // Each message is on one line of data (docs/protocol.md §4).
    const [, field, value] = /^(data|retry): ?(.*)/.exec(line) ?? [];
    if (field === 'retry') this.#hub.retryMs = Number(value) || 0;
    if (field !== 'data') return;
    const message = parse(value);
    if (message.op === 'welcome') this.#session = message.session;
    this.#ear.take(message);
  }

  send(message) {
    this.#unsent.push(JSON.stringify(message) + '\n');
    if (!this.#isPosting) this.#post();
  }

  /** One at a time, as their order counts; what is said meanwhile goes with the next. */
  async #post() {
    this.#isPosting = true;
    try {
      await undefined; // What is said in the same breath goes together.
      while (this.#unsent.length) {
        let body = '';
        do body += this.#unsent.shift(); while (this.#unsent.length && body.length < POST_CHARS);
        const url = this.#hub.address(`session/${encodeURIComponent(this.#session)}`);
        const headers = { 'Content-Type': 'application/x-ndjson' };
        await this.#hub.fetch(url, { method: 'POST', headers, body, signal: this.#ear.signal }, async answer => {
          await answer.text();
          if (answer.status !== 204) throw new SluiceError('What answers is no hub.'); // Nor has one heard it.
        });
      }
    } catch (error) { // Whatever it is, a new session will tell.
      this.#ear.lost(new SluiceError(error.message, { retryAfterMs: error.retryAfterMs }));
    }
    this.#isPosting = false;
  }

  ping() {
    this.send({ op: 'ping' });
    this.#ear.expectPong();
  }

  check() {
    if (this.#ear.isWelcome) this.ping();
  }
}
