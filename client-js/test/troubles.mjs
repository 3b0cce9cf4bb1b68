/** What a line meets on its way to a hub, and what is published meanwhile: the same for Node and for Chromium. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { TestHub } from './hub.mjs';
import { HostileProxy } from './proxy.mjs';

const IS_LONG = process.env.SLUICE_LONG === '1';
export const EVENTS = IS_LONG ? 10_000 : 500;
export const OVER_MS = IS_LONG ? 60_000 : 5_000;
export const DEADLINE_MS = OVER_MS * 3 + 30_000;
const BATCHES = 25;
const IDLE_MS = IS_LONG ? 30_000 : 1_000;

/** Quick to notice, so that a minute has room for many faults. */
export const OPTIONS = { heartbeat: 1, answerMs: 1_500, pollMs: 200, waitSeconds: 1, betterMs: 5_000, backoff: { first: 100, max: 1_000 } };

/**
 * By what a proxy, or a hub, does: the faults, which of them has to be met (see `HostileProxy.met`), transports that
 * can't have worked, and how the time goes by between batches.
 */
export const TROUBLES = {
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
  // The hub's heartbeat is slower than the proxy's patience. With quicker ones there is nothing to cut.
  'cuts what is idle': { faults: { idleMs: IDLE_MS }, met: ['idle'], options: { heartbeat: IDLE_MS / 500 }, quietMs: IDLE_MS * 1.2 },
  'talks HTTP/1.0': { faults: { http10: true }, met: ['refused', 'http10'], without: ['websocket'] },
  'does all of it': {
    faults: { cutMs: [500, 1_500], webSocket: false, buffer: true, http10: true },
    met: ['cut', 'refused', 'http10'],
    without: ['websocket', 'sse'],
  },
  'stands before a hub that is killed and started again': { restarts: IS_LONG ? 4 : 1 },
};

export const NUMBERS = Array.from({ length: EVENTS }, (_, i) => String(i));

/** All numbers, over so much time that there is room for what is to happen meanwhile. */
export async function publishPaced(hub, channel, { restarts = 0, quietMs, whenAway = () => {} } = {}) {
  for (let batch = 0; batch < BATCHES; batch++) {
    await hub.publishNumbers(channel, (batch * EVENTS) / BATCHES, ((batch + 1) * EVENTS) / BATCHES);
    if (restarts && batch && batch % Math.ceil(BATCHES / (restarts + 1)) === 0) {
      await hub.stop();
      whenAway();
      await hub.start();
    }
    // A pace, not a wait: faults take their time, whatever is published.
    if (!quietMs) await pause(OVER_MS / BATCHES);
    else if (batch % Math.ceil(BATCHES / 3) === 0) await pause(quietMs);
  }
}

/** A hub behind a proxy that is friendly until `begin`. */
export class Trouble {
  static async prepare(what, sharedHub) {
    const trouble = Object.assign(new Trouble(), { faults: {}, met: [], without: [], ...TROUBLES[what], what });
    if (trouble.restarts) trouble.folder = await mkdtemp(`${tmpdir()}/sluice-test-`);
    trouble.hub = trouble.restarts ? await TestHub.start({ folder: trouble.folder }) : sharedHub;
    trouble.proxy = await HostileProxy.start(trouble.hub.url);
    return trouble;
  }

  get url() {
    return this.proxy.url;
  }

  /** What came through so far begins anew. */
  begin() {
    Object.assign(this.proxy.faults, this.faults);
    this.proxy.cut();
  }

  /** All numbers, while it goes on. */
  publish(channel, whenAway) {
    return publishPaced(this.hub, channel, { ...this, whenAway });
  }

  /** A test whose faults were not met has shown nothing. */
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
