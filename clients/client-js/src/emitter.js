/** Event handlers by type. */

export class Emitter {
  #handlers = new Map();

  on(type, handler) {
    this.#handlers.set(type, (this.#handlers.get(type) ?? new Set()).add(handler));
    return this;
  }

  off(type, handler) {
    this.#handlers.get(type)?.delete(handler);
    return this;
  }

  get hasHandlers() {
    return [...this.#handlers.values()].some(handlers => handlers.size);
  }

  emit(type, detail) {
    for (const handler of this.#handlers.get(type) ?? []) {
      try {
        handler(detail);
      } catch (error) {
        setTimeout(() => { throw error; }); // An error of the page is reported as uncaught, and other handlers are still called.
      }
    }
  }
}
