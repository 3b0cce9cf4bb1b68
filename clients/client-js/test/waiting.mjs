/** Waiting with a deadline, whose error names what was expected. */

export function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${typeof what === 'function' ? what() : what}: not within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Resolves with the first matching event of an emitter. */
export function first(emitter, type, isWanted = () => true, ms = 120_000) {
  return within(ms, `'${type}'`, new Promise(resolve => {
    emitter.on(type, detail => isWanted(detail) && resolve(detail));
  }));
}

export function stateOf(sluice, name, ms) {
  return sluice.state.state === name ? Promise.resolve(sluice.state) : first(sluice, 'state', ({ state }) => state === name, ms);
}

/** Collects events in the order of arrival. */
export class EventCollector {
  data = [];
  #checks = new Set();

  constructor(channel, type = '*') {
    channel?.on(type, event => this.put(event.data));
  }

  put(data) {
    this.data.push(data);
    for (const check of this.#checks) check();
  }

  /** Resolves with all data once the condition holds. */
  async until(isSo, what, ms = 120_000) {
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
