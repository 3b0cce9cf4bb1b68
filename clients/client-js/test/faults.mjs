/** Faults between a client and the hub, and the publishes meanwhile: the same for Node and for Chromium. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';

const IS_LONG = process.env.SLUICE_LONG === '1';
export const EVENTS = IS_LONG ? 10_000 : 500;
export const OVER_MS = IS_LONG ? 60_000 : 5_000;
export const DEADLINE_MS = OVER_MS * 3 + 150_000;
const BATCHES = 25;
const IDLE_MS = IS_LONG ? 30_000 : 1_000;

/** Short timeouts, so that a minute has time for many faults. */
export const OPTIONS = { heartbeat: 1, answerMs: 1_500, pollMs: 200, waitSeconds: 1, betterMs: 5_000, backoff: { first: 100, max: 1_000 } };

/**
 * By the behaviour of a proxy or a hub: its faults, those that must occur (see `HostileProxy.met`), transports that cannot
 * have worked, and the pace between batches.
 */
export const FAULTS = {
  'cuts every one to three seconds': { faults: { cutMs: [1_000, 3_000] }, met: ['cut'] },
  'swallows everything without a word': { faults: { holeMs: [1_500, 4_000] }, met: ['hole'] },
  'refuses WebSockets': { faults: { webSocket: false }, met: ['refused'], without: ['websocket'] },
  'refuses WebSockets and holds back streams to their end': {
    faults: { webSocket: false, buffer: true },
    met: ['refused', 'held'],
    without: ['websocket', 'sse'],
  },
  'refuses WebSockets and passes on nothing but the head of a stream': {
    faults: { webSocket: false, buffer: 'body' },
    met: ['refused', 'held'],
    without: ['websocket', 'sse'],
  },
  // The hub's heartbeats are slower than the proxy's idle timeout; faster ones would prevent the cut.
  'cuts what is idle': { faults: { idleMs: IDLE_MS }, met: ['idle'], options: { heartbeat: IDLE_MS / 500 }, isQuiet: true },
  'talks HTTP/1.0': { faults: { http10: true }, met: ['refused', 'http10'], without: ['websocket'] },
  'does all of it': {
    faults: { cutMs: [500, 1_500], webSocket: false, buffer: true, http10: true },
    met: ['cut', 'refused', 'http10'],
    without: ['websocket', 'sse'],
  },
  'stands before a hub that is killed and started again': { restarts: IS_LONG ? 4 : 1 },
};

export const NUMBERS = Array.from({ length: EVENTS }, (_, i) => String(i));

/** Publishes all numbers, slowly enough for the faults to occur meanwhile. */
export async function publishPaced(hub, channel, { restarts = 0, quiet, whenAway = () => {} } = {}) {
  for (let batch = 0; batch < BATCHES; batch++) {
    await hub.publishNumbers(channel, (batch * EVENTS) / BATCHES, ((batch + 1) * EVENTS) / BATCHES);
    if (restarts && batch && batch % Math.ceil(BATCHES / (restarts + 1)) === 0) {
      await hub.stop();
      whenAway();
      await hub.start();
    }
    // A pace, not a wait: faults take their time, whatever is published.
    if (!quiet) await pause(OVER_MS / BATCHES);
    else if (batch % Math.ceil(BATCHES / 3) === 0) await quiet();
  }
}

/** A hub behind a proxy, which has no faults until `begin`. */
export class FaultyHub {
  static async prepare(what, sharedHub) {
    const faulty = Object.assign(new FaultyHub(), { faults: {}, met: [], without: [], ...FAULTS[what], what });
    if (faulty.restarts) faulty.folder = await mkdtemp(`${tmpdir()}/sluice-test-`);
    faulty.hub = faulty.restarts ? await TestHub.start({ folder: faulty.folder }) : sharedHub;
    faulty.proxy = await HostileProxy.start(faulty.hub.url);
    return faulty;
  }

  get url() {
    return this.proxy.url;
  }

  /** Starts the faults, and cuts the connections of before. */
  begin() {
    Object.assign(this.proxy.faults, this.faults);
    this.proxy.cut();
  }

  /** Publishes all numbers during the faults. */
  publish(channel, whenAway) {
    return publishPaced(this.hub, channel, { restarts: this.restarts, quiet: this.isQuiet && (() => this.untilCut()), whenAway });
  }

  /** Waits until the proxy cuts an idle connection; how soon depends on the load. `verify` fails if it never does. */
  async untilCut() {
    const before = this.proxy.met.idle;
    for (const endMs = Date.now() + 10 * IDLE_MS; this.proxy.met.idle === before && Date.now() < endMs; ) await pause(20);
  }

  /** Fails unless the faults occurred: otherwise the test has shown nothing. */
  verify(used) {
    for (const fault of this.met) assert.ok(this.proxy.met[fault] > 0, `'${fault}' was never met: ${JSON.stringify(this.proxy.met)}`);
    for (const transport of this.without) assert.ok(!used.includes(transport), `${transport} can't have worked: ${used}`);
  }

  async stop() {
    this.proxy.stop();
    if (!this.folder) return;
    await this.hub.stop();
    await rm(this.folder, { recursive: true });
  }
}

function pause(ms) {
  return new Promise(resolve => setTimeout(resolve, ms));
}
