/** The locks and broadcast channels that the pages of one browser share. */

const LATE_MS_MAX = 25;

export class Browser {
  #world;
  #locks = new Map(); // The holder and the waiters of each lock, by name.
  #channels = new Set();

  constructor(world) {
    this.#world = world;
  }

  locks(page) {
    return {
      request: (name, how, act) => {
        if (!act) [how, act] = [{}, how];
        return new Promise((resolve, reject) => this.#request({ page, name, act, resolve, reject, ...how }));
      },
      query: () => {
        const held = [...this.#locks].filter(([, { holder }]) => holder).map(([name, { holder }]) => ({ name, clientId: holder.page }));
        return new Promise(resolve => this.#tell(page, 'locks', () => resolve({ held })));
      },
    };
  }

  #request(request) {
    const { name, steal, signal } = request;
    if (!this.#locks.has(name)) this.#locks.set(name, { waiting: [] });
    const lock = this.#locks.get(name);
    signal?.addEventListener('abort', () => {
      if (!lock.waiting.includes(request)) return;
      lock.waiting = lock.waiting.filter(each => each !== request);
      request.reject(new DOMException('Given up', 'AbortError'));
    });
    if (steal && lock.holder) {
      const { holder } = lock;
      lock.holder = undefined;
      this.#tell(holder.page, 'locks', () => holder.reject(new DOMException('Stolen', 'AbortError')));
    }
    if (steal) lock.waiting.unshift(request);
    else lock.waiting.push(request);
    this.#grant(lock);
  }

  #grant(lock) {
    if (lock.holder || !lock.waiting.length) return;
    const request = (lock.holder = lock.waiting.shift());
    this.#tell(request.page, 'locks', async () => {
      this.#world.onStep('lock', request);
      try {
        const result = await request.act({ name: request.name });
        this.#release(lock, request);
        request.resolve(result);
      } catch (error) {
        this.#release(lock, request);
        request.reject(error);
      }
    });
  }

  #release(lock, request) {
    if (lock.holder !== request) return;
    lock.holder = undefined;
    this.#grant(lock);
  }

  #tell(page, source, act) {
    this.#world.after(this.#world.chance.between(0, LATE_MS_MAX), () => page.loop.post(source, act));
  }

  /** Each pair of channels keeps its order, and no other. */
  channel(page) {
    const browser = this;
    return class {
      #freeMs = new Map();

      constructor(name) {
        Object.assign(this, { name, page });
        browser.#channels.add(this);
      }

      postMessage(words) {
        const { nowMs, chance } = browser.#world;
        for (const other of browser.#channels) {
          if (other === this || other.name !== this.name || !other.onmessage) continue;
          const atMs = Math.max(this.#freeMs.get(other) ?? 0, nowMs + chance.between(0, LATE_MS_MAX));
          this.#freeMs.set(other, atMs);
          const data = structuredClone(words);
          browser.#world.after(atMs - nowMs, () => {
            other.page.loop.post(other.name, () => {
              if (!browser.#channels.has(other)) return;
              browser.#world.onStep(Object.keys(words)[1], other);
              other.onmessage({ data });
            });
          });
        }
      }

      close() {
        browser.#channels.delete(this);
      }
    };
  }

  /** A page is gone: so is all that it had. */
  forget(page) {
    for (const channel of this.#channels) if (channel.page === page) this.#channels.delete(channel);
    for (const lock of this.#locks.values()) {
      lock.waiting = lock.waiting.filter(request => request.page !== page);
      if (lock.holder?.page === page) this.#world.after(LATE_MS_MAX, () => this.#release(lock, lock.holder));
    }
  }
}
