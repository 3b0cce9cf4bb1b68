/** The hub's address, and plain requests to it. */
import { SluiceError, refusal, silence } from './errors.js';

export class Hub {
  retryMs = 0; // What an event stream asked for.
  settings;

  constructor(url, settings) {
    this.base = new URL(String(url).replace(/\/*$/, '/'), globalThis.location?.href).href;
    this.settings = settings;
    this.memory = remembered(`sluice ${this.base}`);
  }

  address(path, parameters) {
    const url = new URL(path, this.base);
    for (const name in parameters) {
      for (const value of [parameters[name]].flat()) {
        if (value !== undefined && value !== false) url.searchParams.append(name, value);
      }
    }
    return url;
  }

  session() {
    return this.address('session', { client: this.settings.client, heartbeat: this.settings.heartbeat });
  }

  /**
   * As fetch, but silence is an error, and so is any answer that is no success.
   *
   * @param read    takes the answer; what it reads of the body has to come in time as well
   * @param signal  gives it up
   */
  async fetch(url, { headers = {}, signal, ...options }, read = answer => answer, patienceMs = this.settings.answerMs) {
    signal?.throwIfAborted();
    const abort = new AbortController();
    const giveUp = () => abort.abort();
    signal?.addEventListener('abort', giveUp);
    let isSilent = false;
    let isStream = false;
    const timer = setTimeout(() => {
      isSilent = true;
      giveUp();
    }, patienceMs);
    try {
      const token = await this.settings.getToken?.();
      const all = { ...headers, Authorization: token && `Bearer ${token}` };
      for (const name in all) if (all[name] === undefined) delete all[name];
      const { credentials } = this.settings;
      const answer = await fetch(url, { ...options, headers: all, signal: abort.signal, cache: 'no-store', credentials });
      if (!answer.ok) throw await refusal(answer);
      const result = await read(answer);
      isStream = result === answer;
      return result;
    } catch (error) {
      if (isSilent) throw silence();
      throw error instanceof SluiceError ? error : new SluiceError('The hub is out of reach.', { cause: error });
    } finally {
      clearTimeout(timer);
      if (!isStream) signal?.removeEventListener('abort', giveUp);
    }
  }

  /**
   * By a poll, the least that any proxy has to let through. A page of somebody else is no answer.
   *
   * @return what is in the way; undefined if the hub itself answers
   */
  async reach() {
    try {
      const url = this.address('channels', { name: 'sluice', after: 'latest' });
      await this.fetch(url, { headers: { Accept: 'application/json' } }, async answer => {
        const page = await answer.json().catch(() => undefined); // Of a portal, it is HTML.
        if (typeof page?.cursor !== 'string') throw new SluiceError('What answers is no hub.');
      });
    } catch (error) {
      if (!error.problem || error.status >= 500) return error;
    }
  }
}

/** The transport that worked, kept for the next page where that is possible. */
function remembered(key) {
  const storage = use => {
    try {
      return use(globalThis.localStorage);
    } catch { // There is none, or it is forbidden, or full: then the next page tries again.
    }
  };
  return {
    read: () => storage(kept => kept.getItem(key)),
    write: name => storage(kept => kept.setItem(key, name)),
  };
}
