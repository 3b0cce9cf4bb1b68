/** One game: pages that read and publish, a schedule of faults drawn by a seed, and a count of every event. */
import { Browser } from './browser.mjs';
import { ModelHub } from './model-hub.mjs';
import { Network } from './network.mjs';
import { Page } from './page.mjs';
import { World } from './world.mjs';

const CHANNELS = ['a', 'b', 'c'];
const FAULTS_MS = 150_000;
const SETTLE_MS = 200_000; // The longest pause is 20 s, a dead connection is noticed in less than a minute, and a few may follow.
const HEARTBEAT = 5;
const TOKEN_MS = 20_000; // Some expire within a fault, and none within a try to connect.
const STALL_MS = [1_000, 40_000]; // From hardly noticed to many heartbeats.
const RECONNECT = ['websocket', 'GET session', 'opened', 'said hello', 'hello', 'welcome', 'said subscribe', 'subscribe', 'ok', 'lock', 'who'];
const TRANSPORTS = [
  ['websocket'],
  ['websocket'],
  ['websocket', 'sse'],
  ['sse'],
  ['websocket', 'sse', 'ndjson', 'longpoll', 'poll'],
  ['ndjson', 'longpoll'], // Subscriptions beyond four streams are polled.
  ['longpoll'],
  ['poll'],
];
const ENDS = /^(Closed|The hub was away for too long)/; // Allowed reasons for a rejected publish.

/**
 * Plays one game; throws the failures, with the seed.
 *
 * @param setting values that are not random: isShared, transports
 */
export async function play(load, seed, setting = {}) {
  const game = new Game(load, seed, setting);
  try {
    await game.play();
  } catch (error) {
    error.message = `seed ${seed} (${game.setting}): ${error.message}`;
    throw error;
  }
  return game;
}

class Game {
  counts = { events: 0, gaps: 0, publishes: 0, faults: 0, pages: 0, renewals: 0 };
  #load;
  #world;
  #network;
  #hub;
  #browser;
  #players = [];
  #failures = [];

  constructor(load, seed, { isShared, transports }) {
    this.#load = load;
    this.#world = new World(seed);
    this.#network = new Network(this.#world);
    this.#hub = new ModelHub(this.#world);
    this.#browser = new Browser(this.#world);
    const { chance } = this.#world;
    this.isShared = isShared ?? chance.is(0.5);
    this.isNode = !this.isShared && chance.is(0.5);
    this.transports = transports ?? chance.one(TRANSPORTS);
    this.trims = chance.is(0.3);
    if (chance.is(0.5)) this.#hub.tokenMs = TOKEN_MS;
    this.stepFaults = chance.one([0.01, 0.05, 0.2]);
    this.faultsMs = chance.one([2_000, 5_000, 20_000]);
  }

  /** The same for the same seed. */
  get trace() {
    return { ...this.counts, steps: this.#world.steps, log: this.#hub.log };
  }

  get setting() {
    return `${this.isShared ? 'shared, ' : ''}${this.isNode ? 'Node, ' : ''}${this.transports.join()}`;
  }

  async play() {
    const world = this.#world;
    world.onStep = (step, where) => {
      if (world.isHostile && RECONNECT.includes(step) && world.chance.is(this.stepFaults)) this.#fault(where);
    };
    for (let i = 0; i < (this.isShared ? 3 : 1); i++) this.#join();
    this.#publishNow();
    this.#faultLater();
    await world.run(FAULTS_MS);
    world.isHostile = false;
    Object.assign(this.#network, { isDown: false, isPortal: false, refusesWebSockets: false });
    for (const player of this.#living) player.publish();
    await world.run(FAULTS_MS + SETTLE_MS);
    for (const channel of CHANNELS) this.#hub.publish(channel, 'end');
    await world.run(FAULTS_MS + SETTLE_MS + 30_000);
    this.counts.renewals = this.#hub.renewals;
    this.#verify();
  }

  #join() {
    const page = new Page(this.#world, this.#network, this.#hub, this.#browser, { isNode: this.isNode });
    this.counts.pages++;
    this.#players.push(new Player(this, page, this.#load(page).Sluice, `p${this.counts.pages}`));
  }

  get options() {
    return { getToken: this.#hub.tokenMs && (() => this.#token()), share: this.isShared, heartbeat: HEARTBEAT, transports: this.transports, backoff: { max: 20_000 }, waitSeconds: 10 };
  }

  /** An application that is away now and then. */
  async #token() {
    if (this.#world.isHostile && this.chance.is(0.1)) throw new Error('no token');
    return 'token';
  }

  get chance() {
    return this.#world.chance;
  }

  isTrimmed(n) {
    return n <= this.#hub.trimmed;
  }

  get #living() {
    return this.#players.filter(({ page }) => page.loop.isAlive);
  }

  /** A publisher of its own publishes all the time, pages now and then; the hub trims old events. */
  #publishNow() {
    const { chance } = this.#world;
    this.#hub.publish(chance.one(CHANNELS), 'x');
    if (this.trims && chance.is(0.05)) this.#hub.trimmed = Math.max(this.#hub.trimmed, this.#hub.head - chance.between(0, 60));
    if (chance.is(0.2)) chance.one(this.#living).publish();
    this.#world.after(chance.between(1, 1_500), () => this.#world.isHostile && this.#publishNow());
  }

  // Faults

  #faultLater() {
    this.#world.after(this.#world.chance.between(1, 2 * this.faultsMs), () => {
      if (!this.#world.isHostile) return;
      this.#fault({});
      this.#faultLater();
    });
  }

  /** A random fault, most likely on the connection of the last step. */
  #fault({ connection = this.chance.one(this.#network.connections), page = connection?.page ?? this.chance.one(this.#living).page }) {
    const { chance } = this.#world;
    const ms = chance.between(...STALL_MS);
    const restore = undo => this.#world.after(ms / 2, undo);
    const faults = [
      () => page.loop.stall(ms),
      () => page.loop.stall(ms),
      () => connection?.up.hold(ms),
      () => connection?.down.hold(ms),
      () => [connection?.up.hold(ms), connection?.down.hold(ms)],
      () => connection && (connection.up.isDead = true), // For ever; the other direction continues.
      () => connection && (connection.down.isDead = true),
      () => connection?.end(),
      () => this.#network.connections.forEach(each => each.end()),
      () => page.happens('online'),
      () => {
        this.#network.isDown = true;
        for (const each of this.#network.connections) each.end();
        restore(() => (this.#network.isDown = false));
      },
      () => {
        this.#network.isPortal = true;
        restore(() => (this.#network.isPortal = false));
      },
      () => {
        this.#network.refusesWebSockets = true;
        restore(() => (this.#network.refusesWebSockets = false));
      },
      () => {
        if (!this.isShared) return;
        if (this.#living.length > 2) page.close();
        if (this.#living.length < 5) this.#join();
      },
    ];
    this.counts.faults++;
    chance.one(faults)();
  }

  // Checks

  /** Records a failure at the time at which it is noticed. */
  fail(message) {
    this.#failures.push(`at ${Math.round(this.#world.nowMs)} ms, ${message}`);
  }

  #verify() {
    const living = this.#living;
    for (const player of living) {
      for (const channel of CHANNELS) {
        const last = this.#hub.log.findLast(event => event.channel === channel).n;
        if (player.places.get(channel) < last && !this.isTrimmed(last)) {
          this.fail(`${player.name} is stuck on ${channel} at ${player.places.get(channel)} of ${last}, ${JSON.stringify(player.state)}`);
        }
      }
      if (player.unsettled) this.fail(`${player.name} has ${player.unsettled} publishes of which nobody says what became`);
    }
    const written = new Map();
    for (const { data } of this.#hub.log) if (data !== 'x' && data !== 'end') written.set(data, (written.get(data) ?? 0) + 1);
    for (const [data, times] of written) if (times > 1) this.fail(`${data} stands there ${times} times`);
    for (const player of this.#players) {
      const own = [...written.keys()].filter(data => data.startsWith(`${player.name} `)).map(data => Number(data.split(' ')[1]));
      if (own.some((number, i) => i && number < own[i - 1])) this.fail(`publishes of ${player.name} are out of order: ${own}`);
      for (const data of player.acknowledged) if (!written.has(data)) this.fail(`${data} was acknowledged and is not there`);
    }
    if (this.#failures.length) throw new Error(this.#failures.slice(0, 5).join('; '));
  }

  /** @return the numbers of this channel's events that a reader who is at `place` has before it, up to `n` */
  between(channel, place, n) {
    return this.#hub.log.slice(place, n).filter(event => event.channel === channel).map(event => event.n);
  }
}

/** A page that reads all channels and publishes to them. */
class Player {
  places = new Map(CHANNELS.map(channel => [channel, 0]));
  acknowledged = [];
  unsettled = 0;
  #game;
  #sluice;
  #last = 0;

  constructor(game, page, Sluice, name) {
    Object.assign(this, { page, name });
    this.#game = game;
    this.#sluice = new Sluice('http://hub.example/', game.options);
    for (const channel of CHANNELS) {
      const reader = this.#sluice.channel(channel, { after: 'earliest' });
      reader.on('*', event => event.type === 'sluice.gap' ? this.#gap(channel, event) : this.#event(channel, event));
      reader.on('error', error => game.fail(`${name} was refused: ${error.message}`));
    }
  }

  get state() {
    return this.#sluice.state;
  }

  #event(channel, { id }) {
    const n = Number(id);
    this.#game.counts.events++;
    const [next, ...more] = this.#game.between(channel, this.places.get(channel), n);
    if (next === undefined) this.#game.fail(`${this.name} gets ${channel} ${n} again, being at ${this.places.get(channel)}`);
    else if (more.length) this.#game.fail(`${this.name} lost ${more.length} events of ${channel} before ${n}, from ${next} on`);
    this.places.set(channel, n);
  }

  #gap(channel, { resume }) {
    this.#game.counts.gaps++;
    const place = this.places.get(channel);
    if (!this.#game.isTrimmed(Number(resume))) this.#game.fail(`${this.name} is told of a gap up to ${resume}, which is kept`);
    this.places.set(channel, Math.max(place, Number(resume)));
  }

  publish() {
    this.page.loop.post('work', () => {
      const data = `${this.name} ${++this.#last}`;
      this.unsettled++;
      this.#game.counts.publishes++;
      this.#sluice.channel(CHANNELS[0]).publish(data).then(() => {
        this.unsettled--;
        this.acknowledged.push(data);
      }, error => {
        this.unsettled--;
        if (!ENDS.test(error.message)) this.#game.fail(`${data} was rejected: ${error.message}`);
      });
    });
  }
}
