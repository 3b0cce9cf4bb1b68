/** The network between a page and the hub: each connection has two directions, each with its own faults. */

/** One direction of a connection: in order, late, held back for a while, or dead. */
class Direction {
  isDead = false;
  #world;
  #heldUntilMs = 0;
  #onItsWay = [];

  constructor(world) {
    this.#world = world;
  }

  carry(deliver) {
    const arrivesMs = this.#world.nowMs + this.#world.chance.between(1, 60);
    if (this.#onItsWay.push({ arrivesMs, deliver }) === 1) this.#arrive();
  }

  /** Delivers the oldest message; later ones wait for it, however quick they are. */
  #arrive() {
    const { nowMs } = this.#world;
    const atMs = Math.max(this.#onItsWay[0].arrivesMs, this.#heldUntilMs);
    if (atMs > nowMs) return this.#world.after(atMs - nowMs, () => this.#arrive());
    const { deliver } = this.#onItsWay.shift();
    if (this.#onItsWay.length) this.#world.after(0, () => this.#arrive());
    if (!this.isDead) deliver();
  }

  hold(ms) {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#world.nowMs + ms);
  }
}

class Connection {
  isOver = false;
  #ends = [];

  constructor(world) {
    this.up = new Direction(world);
    this.down = new Direction(world);
  }

  onEnd(end) {
    this.#ends.push(end);
  }

  end() {
    if (this.isOver) return;
    this.isOver = true;
    for (const end of this.#ends) end();
  }
}

export class Network {
  isPortal = false; // A captive portal answers all requests with a page.
  isDown = false;
  refusesWebSockets = false;
  #world;
  #open = new Set();

  constructor(world) {
    this.#world = world;
  }

  connect(step) {
    const connection = new Connection(this.#world);
    this.#open.add(connection);
    connection.onEnd(() => this.#open.delete(connection));
    this.#world.onStep(step, { connection });
    return connection;
  }

  get connections() {
    return [...this.#open];
  }
}
