/** Writes one answer into a channel, from its start to its one end. */
import { jittered } from './backoff.js';
import { content, randomKey } from './data.js';
import { SluiceError } from './errors.js';
import { inPath } from './hub.js';
import { onlyKnown } from './options.js';
import { RESEND_MS_MAX, isExpired, timeNow } from './outbox.js';

/** The limits of a request with several pieces. */
const PIECES_MAX = 256;
const REQUEST_CHARS_MAX = 256 * 1024;

const JSON_TYPE = { 'Content-Type': 'application/json' };
const PIECE = ['type', 'key', 'contentType', 'alone'];

/**
 * Appends pieces in order, each stored once, whatever happens to the connection. Pieces that are appended while a
 * request is under way are sent together with the next one. With a lease the hub ends the answer as `lost` if this
 * program dies. A refused piece fails the answer, so that readers never take a text with a hole for a complete one.
 *
 * An answer ends once: by `done` or `fail`, by a reader that stops it, or by the hub. `signal` is aborted if it ends
 * by anything but this author, at once, as the author subscribes to the end.
 */
export class Author {
  #hub;
  #name;
  #watch;
  #onClosed;
  #lease;
  #queue = [];
  #unsentChars = 0;
  #failure; // The refusal of a piece.
  #abort = new AbortController();
  #isEnding;
  #timer;
  #wake = () => {};
  #stored;

  /** @param subscribe makes a channel of this name with a selection */
  constructor(hub, name, { start = {}, lease, ...others }, subscribe, onClosed) {
    onlyKnown(Object.keys(others), ['start', 'lease']);
    inPath(name);
    this.#hub = hub;
    this.#name = name;
    this.#lease = lease;
    this.#onClosed = onClosed;
    /** Resolves once the hub has the start; rejected with status 412 if the channel has events already. */
    this.opened = this.#open(JSON.stringify(start), subscribe);
    this.#stored = this.opened.then(() => this.#run().catch(error => this.#failed(error))).catch(error => this.#stop(error));
    this.opened.catch(() => {}); // `signal` and the end tell it, too.
  }

  /** Aborted if the answer ends by anything but this author: its `reason` has the `end` that readers see. */
  get signal() {
    return this.#abort.signal;
  }

  /**
   * Resolves once the piece is stored. A refusal, by the hub or by `unsentBytesMax`, ends the answer as failed after the pieces before it,
   * and is repeated by `done`. With `alone`, a piece that is too large is rejected with status 413, and the answer goes on.
   */
  append(data, options = {}) {
    onlyKnown(Object.keys(options), PIECE);
    const { type, key, contentType, alone } = options;
    const line = JSON.stringify({ channel: this.#name, type, key, ...content(data, contentType) });
    const piece = new Promise((resolve, reject) => {
      const { unsentBytesMax } = this.#hub.settings;
      if (this.signal.aborted) return reject(this.signal.reason);
      if (this.#isEnding) return reject(new SluiceError('The answer has ended.'));
      if (this.#failure) return reject(this.#failure);
      // A piece alone is awaited: what is unsent before it is no reason to refuse it.
      if ((alone ? 0 : this.#unsentChars) + line.length > unsentBytesMax) {
        const error = new SluiceError(`Too much is unsent: more than ${unsentBytesMax} bytes (unsentBytesMax).`, alone && { status: 413 });
        if (!alone) this.#failure = error;
        reject(error);
      } else {
        this.#unsentChars += line.length;
        this.#queue.push({ line, alone, resolve, reject });
      }
      this.#wake();
    });
    piece.catch(() => {});
    return piece;
  }

  /** Ends the answer as complete. Rejected, with the `end` that there is, if it has ended by something else. */
  done(usage) {
    return this.#end({ status: 'done', usage });
  }

  /** Ends the answer as failed: the reason in a word, the message in a sentence. */
  fail(reason, message) {
    return this.#end({ status: 'failed', reason, message });
  }

  /** Leaves the answer as it is. A lease ends it. */
  close() {
    this.#stop(new SluiceError('Closed.'));
  }

  async #open(start, subscribe) {
    const headers = { ...JSON_TYPE, 'If-None-Match': '*' };
    const { id } = await this.#post(address(this.#hub, 'channels', this.#name, { type: 'start', lease: this.#lease }), headers, start);
    this.signal.throwIfAborted();
    this.#watch = subscribe({ after: id, type: 'end' });
    this.#watch.on('end', ({ data }) => this.#ended(data));
    this.#watch.on('sluice.closed', () => this.#ended());
    this.#watch.on('sluice.gap', ({ reason }) => this.#ended({ status: 'failed', reason }));
    this.#watch.on('error', error => this.#stop(error));
    if (this.#lease) this.#renew();
    return id;
  }

  /** Sends what is queued, one request at a time, until the end. */
  async #run() {
    for (;;) {
      const pieces = this.#nextPieces();
      if (pieces.length) {
        const headers = { 'Content-Type': 'application/x-ndjson' };
        const body = pieces.map(({ line }) => `${line}\n`).join('');
        await this.#post(this.#hub.address('channels'), headers, body).catch(error => {
          for (const { reject } of pieces) reject(error);
          if (!pieces[0].alone || error.status !== 413) throw error;
        });
        for (const { line, resolve } of pieces) {
          this.#unsentChars -= line.length;
          resolve();
        }
      } else if (this.#failure) {
        throw this.#failure;
      } else if (this.#isEnding) {
        return;
      } else {
        await new Promise(resolve => (this.#wake = resolve));
        this.signal.throwIfAborted();
      }
    }
  }

  #nextPieces() {
    let chars = 0;
    const isOver = ({ line, alone }, i, [first]) => {
      chars += line.length;
      return i > 0 && (i === PIECES_MAX || chars > REQUEST_CHARS_MAX || alone || first.alone);
    };
    const end = this.#queue.findIndex(isOver);
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end);
  }

  /** One request, repeated with its idempotency key until the hub has answered it. */
  async #post(url, headers, body) {
    const began = timeNow();
    const all = { ...headers, 'Idempotency-Key': randomKey() };
    for (let failures = 0; ; failures++) {
      try {
        return await this.#hub.fetch(url, { method: 'POST', headers: all, body, signal: this.signal }, answer => answer.json());
      } catch (error) {
        this.signal.throwIfAborted();
        if (error.status === 409) throw stopped(await this.#newestEnd());
        if (error.status && !error.isTransient) throw error;
        await this.#pause(Math.min(RESEND_MS_MAX, Math.max(error.retryAfterMs ?? 0, jittered(this.#hub.settings.backoff, failures))));
        if (isExpired(began)) throw new SluiceError('The hub was away for too long.', { cause: error, mayHaveArrived: true });
      }
    }
  }

  #pause(ms) {
    return new Promise((resolve, reject) => {
      const abort = () => {
        clearTimeout(timer);
        reject(this.signal.reason);
      };
      const timer = setTimeout(() => {
        this.signal.removeEventListener('abort', abort);
        resolve();
      }, ms);
      this.signal.addEventListener('abort', abort, { once: true });
    });
  }

  async #newestEnd() {
    const url = address(this.#hub, 'channels', this.#name, { type: 'end', last: 1 });
    const page = await this.#hub.fetch(url, { headers: { Accept: 'application/json' } }, answer => answer.json()).catch(() => ({}));
    return page.events?.at(-1)?.data;
  }

  /** A piece was refused, such as one that is too large: readers are told, and the lease tells them if that fails, too. */
  async #failed(error) {
    if (error.status !== 409 && !this.signal.aborted) {
      const reason = error.problem?.type?.replace(/.*\//, '') ?? (error === this.#failure ? 'overflow' : 'refused');
      this.#failure = error;
      await this.#publishEnd({ status: 'failed', reason, message: error.message }).catch(refused => {
        if (refused.status === 409) throw refused; // A reader's stop came before.
      });
    }
    throw error;
  }

  #publishEnd(data) {
    return this.#post(address(this.#hub, 'channels', this.#name, { type: 'end', close: true }), JSON_TYPE, JSON.stringify(data));
  }

  async #end(data) {
    if (this.#isEnding) throw new SluiceError('The answer has ended.');
    this.#isEnding = true;
    this.#wake();
    await this.#stored;
    this.signal.throwIfAborted();
    try {
      const { id } = await this.#publishEnd(data).catch(error => (error.status ? this.#failed(error) : Promise.reject(error)));
      this.#release();
      return { id };
    } catch (error) {
      this.#stop(error);
      throw error;
    }
  }

  /**
   * Three times a lease, until the end is stored: one renewal may be lost. An answer that takes longer than until the next
   * one is not waited for.
   */
  #renew() {
    const pauseMs = (this.#lease * 1_000) / 3;
    this.#timer = setInterval(async () => {
      try {
        const url = address(this.#hub, 'leases', this.#name, { seconds: this.#lease });
        await this.#hub.fetch(url, { method: 'PUT', signal: this.signal }, () => {}, pauseMs);
      } catch (error) {
        if (this.#isEnding || this.signal.aborted) return;
        if (error.status === 409) this.#ended(await this.#newestEnd());
        else if (error.status && !error.isTransient) this.#stop(error);
      }
    }, pauseMs);
  }

  #ended(end) {
    if (!this.#isEnding) this.#stop(this.#failure && end?.status === 'failed' ? this.#failure : stopped(end));
  }

  #stop(error) {
    if (this.signal.aborted || !this.#onClosed) return;
    this.#abort.abort(error);
    for (const { reject } of this.#queue.splice(0)) reject(error);
    this.#release();
    this.#wake();
  }

  #release() {
    clearInterval(this.#timer);
    this.#watch?.close();
    this.#onClosed?.();
    this.#onClosed = undefined;
  }
}

/** Resolves with false if the answer has ended before. */
export async function stop(hub, name, { by, reason, message, ...others }) {
  onlyKnown(Object.keys(others), ['by', 'reason', 'message']);
  const body = JSON.stringify({ status: 'stopped', by, reason, message });
  try {
    await hub.fetch(address(hub, 'channels', name, { type: 'end', close: true }), { method: 'POST', headers: JSON_TYPE, body }, () => {});
    return true;
  } catch (error) {
    if (error.status === 409) return false;
    throw error;
  }
}

function address(hub, kind, name, parameters) {
  return hub.address(`${kind}/${inPath(name)}`, parameters);
}

function stopped(end) {
  const { status = 'stopped', by, reason } = end ?? {};
  return new SluiceError(`The answer has ended: ${status}${by ? ` by ${by}` : ''}${reason ? ` (${reason})` : ''}.`, { status: 409, end });
}
