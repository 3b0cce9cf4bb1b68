/** A page in a sandbox without an origin, which may use neither locks nor broadcasts. */
import { afterEach, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { Sluice } from '../src/sluice.js';
import { ScriptedHub } from './scripted-hub.mjs';
import { stateOf } from './waiting.mjs';

const forbidden = () => Promise.reject(new DOMException('Access to the Locks API is denied in this context.', 'SecurityError'));
const rejected = [];
const { navigator, document, BroadcastChannel } = globalThis;

let hub;
let sluice;

process.on('unhandledRejection', error => rejected.push(error));

beforeEach(async () => {
  hub = await ScriptedHub.start();
  Object.defineProperty(globalThis, 'navigator', { value: { locks: { request: forbidden, query: forbidden } }, configurable: true });
});

afterEach(() => {
  sluice.close();
  hub.stop();
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  Object.assign(globalThis, { document, BroadcastChannel });
});

async function connects(options) {
  sluice = new Sluice(hub.url, { transports: ['sse'], ...options });
  hub.answer = (request, response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    .write('data: {"op":"welcome","session":"s","heartbeat":15}\n\n');
  sluice.channel('a').on('*', () => {});
  await stateOf(sluice, 'open', 5_000);
  await new Promise(setImmediate); // Rejections are reported after the microtasks.
  assert.deepEqual(rejected, []);
}

test('has a connection of its own where locks are refused', () => connects({ share: true }));

test('has a connection of its own where broadcasts are refused', () => {
  globalThis.BroadcastChannel = class {
    constructor() {
      throw new DOMException('No.', 'SecurityError');
    }
  };
  return connects({ share: true });
});

test('counts no connections where locks are refused', () => {
  globalThis.document = {};
  return connects({});
});
