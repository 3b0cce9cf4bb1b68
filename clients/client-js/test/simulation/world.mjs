/** Time, chance and pages of a simulation: the same seed, the same world. */

/** Random numbers from a seed (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from, to) => Math.floor(from + random() * (to - from));
  return { random, between, is: probability => random() < probability, one: list => list[between(0, list.length)] };
}

/** A scheduler with simulated time. */
export class World {
  nowMs = 0;
  steps = 0;
  isHostile = true; // Until faults end.
  onStep = () => {}; // Called where a connection or a takeover gets one step further; may let something go wrong there.
  #queue = []; // A heap, the earliest first.
  #lastId = 0;

  constructor(seed) {
    this.chance = chance(seed);
  }

  /** @return what cancels it */
  after(ms, act) {
    const entry = { dueMs: this.nowMs + Math.max(0, ms), id: ++this.#lastId, act };
    const queue = this.#queue;
    let at = queue.push(entry) - 1;
    for (let up = (at - 1) >> 1; at > 0 && isBefore(entry, queue[up]); at = up, up = (at - 1) >> 1) queue[at] = queue[up];
    queue[at] = entry;
    return () => (entry.act = undefined);
  }

  #next() {
    const queue = this.#queue;
    const first = queue[0];
    const last = queue.pop();
    if (!queue.length) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= queue.length) break;
      if (down + 1 < queue.length && isBefore(queue[down + 1], queue[down])) down++;
      if (!isBefore(queue[down], last)) break;
      queue[at] = queue[down];
      at = down;
    }
    queue[at] = last;
    return first;
  }

  async run(untilMs) {
    while (this.#queue.length && this.#queue[0].dueMs <= untilMs) {
      const { dueMs, act } = this.#next();
      if (!act) continue;
      this.nowMs = dueMs;
      this.steps++;
      act();
      await new Promise(setImmediate); // All that follows at once from it.
    }
    this.nowMs = untilMs;
  }
}

function isBefore(one, other) {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.id < other.id);
}

/** A page's event loop. While it is stalled (busy, frozen, or showing an alert) nothing runs, and all comes at once later. */
export class Loop {
  isAlive = true;
  #world;
  #stalledUntilMs = 0;
  #sources = new Map(); // Waiting tasks by their source: only those of one source have an order.

  constructor(world) {
    this.#world = world;
  }

  get isStalled() {
    return this.#world.nowMs < this.#stalledUntilMs || this.#sources.size > 0;
  }

  post(source, act) {
    if (!this.isAlive) return;
    if (!this.isStalled) return act();
    if (!this.#sources.has(source)) this.#sources.set(source, []);
    this.#sources.get(source).push(act);
  }

  stall(ms) {
    if (this.isStalled) return;
    this.#stalledUntilMs = this.#world.nowMs + ms;
    this.#world.after(ms, () => this.#goOn());
  }

  #goOn() {
    if (!this.isAlive || !this.#sources.size || this.#world.nowMs < this.#stalledUntilMs) return;
    const source = this.#world.chance.one([...this.#sources.keys()]);
    const waiting = this.#sources.get(source);
    waiting.shift()();
    if (!waiting.length) this.#sources.delete(source);
    this.#world.after(0, () => this.#goOn());
  }
}
