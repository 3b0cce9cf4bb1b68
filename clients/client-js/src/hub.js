/** The hub's address, and plain requests to it. */
import { SluiceError, asSluiceError, foreign, refusal, timeout } from './errors.js';

export class Hub {
  retryMs = 0; // The `retry:` of an event stream.

  constructor(url, settings) {
    this.base = new URL(String(url).replace(/\/*$/, '/'), globalThis.location?.href).href;
    this.settings = settings;
    this.memory = storedTransport(`sluice ${this.base}`);
  }

  address(path, parameters) {
    const url = new URL(path, this.base);
    for (const name in parameters) {
      for (const value of [parameters[name]].flat()) {
        if ((value ?? false) !== false) url.searchParams.append(name, value);
      }
    }
    return url;
  }

  session(errors) {
    return this.address('session', { client: this.settings.client, heartbeat: this.settings.heartbeat, errors });
  }

  /**
   * Like fetch, but a timeout and a status other than success are errors.
   *
   * @param read    reads the answer; the timeout includes the time for reading the body
   * @param signal  aborts the request
   */
  async fetch(url, { headers = {}, signal, ...options }, read = answer => answer, timeoutMs = this.settings.answerMs) {
    signal?.throwIfAborted();
    const abort = new AbortController();
    const onAbort = () => abort.abort();
    signal?.addEventListener('abort', onAbort);
    let isStream = false;
    let late = new SluiceError('getToken does not return.', { isTransient: true });
    const timer = setTimeout(() => abort.abort(late), timeoutMs);
    const aborted = new Promise((resolve, reject) => abort.signal.addEventListener('abort', reject));
    try {
      const token = await Promise.race([this.settings.getToken?.(), aborted]);
      late = timeout();
      const all = JSON.parse(JSON.stringify({ ...headers, Authorization: token && `Bearer ${token}` })); // Without undefined.
      const answer = await fetch(url, { ...options, headers: all, signal: abort.signal, cache: 'no-store', credentials: this.settings.credentials });
      if (!answer.ok) throw await refusal(answer);
      const result = await read(answer);
      isStream = result === answer;
      return result;
    } catch (failure) {
      throw asSluiceError(abort.signal.reason ?? failure, 'The hub is unreachable.');
    } finally {
      clearTimeout(timer);
      if (!isStream) signal?.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Sends a poll, the simplest request to pass a proxy. The page of a captive portal does not count as an answer.
   *
   * @return the reason why the hub cannot be reached; undefined if it answers
   */
  async reach() {
    try {
      const url = this.address('channels', { name: 'sluice', after: 'latest' });
      await this.fetch(url, { headers: { Accept: 'application/json' } }, async answer => {
        const page = await answer.json().catch(() => {}); // A captive portal sends HTML.
        if (typeof page?.cursor !== 'string') throw foreign();
      });
    } catch (error) {
      if (!error.problem || error.status >= 500) return error;
    }
  }
}

/**
 * The path of a channel.
 *
 * @throws TypeError for a name that URLs would normalize to another path, or cannot have
 */
export function inPath(name) {
  if (/(^|\/)\.{0,2}(\/|$)|\p{Surrogate}/u.test(name)) throw new TypeError(`'${name}' is no name of a channel.`);
  return name.split('/').map(encodeURIComponent).join('/');
}

/** The transport that worked last, in the browser's storage if possible. */
function storedTransport(key) {
  const storage = use => {
    try {
      return use(globalThis.localStorage);
    } catch { // Missing, forbidden or full: the next page tries all transports.
    }
  };
  return {
    read: () => storage(items => items.getItem(key)),
    write: name => storage(items => items.setItem(key, name)),
  };
}
