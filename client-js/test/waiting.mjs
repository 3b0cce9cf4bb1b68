/** Waiting for things, with a deadline that says what did not come. */

export function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${typeof what === 'function' ? what() : what}: not within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The first of an emitter's events of this type that is as wanted. */
export function first(emitter, type, isWanted = () => true, ms = 10_000) {
  return within(ms, `'${type}'`, new Promise(resolve => {
    emitter.on(type, detail => isWanted(detail) && resolve(detail));
  }));
}

export function stateOf(sluice, name, ms) {
  return sluice.state.state === name ? Promise.resolve(sluice.state) : first(sluice, 'state', ({ state }) => state === name, ms);
}

/** Takes what comes, in the order in which it comes. */
export class Basket {
  data = [];
  #checks = new Set();

  constructor(channel, type = '*') {
    channel?.on(type, event => this.put(event.data));
  }

  put(data) {
    this.data.push(data);
    for (const check of this.#checks) check();
  }

  /** Resolves with all that came, once it is so. */
  async until(isSo, what, ms = 10_000) {
    const state = () => `${what} (there are ${this.data.length}: …${this.data.slice(-5)})`;
    await within(ms, state, new Promise(resolve => {
      const check = () => {
        if (!isSo(this.data)) return;
        this.#checks.delete(check);
        resolve();
      };
      this.#checks.add(check);
      check();
    }));
    return this.data;
  }

  holding(count, ms) {
    return this.until(({ length }) => length >= count, `${count} events`, ms);
  }

  showing(last, ms) {
    return this.until(data => data.at(-1) === last, `'${last}'`, ms);
  }
}
