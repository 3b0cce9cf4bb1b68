/** Too many connections for one browser. */
import { REQUESTS_MAX } from './reader.js';

/**
 * Over HTTP/1.1 a browser has six connections to a host, for all its tabs. Who takes one holds a lock, so that it can be
 * counted; when there is none left, the page is told, as nothing would come and nobody would say why.
 */
export function watchCrowd(hub, ear, tell) {
  const locks = globalThis.navigator?.locks;
  const versions = globalThis.performance?.getEntriesByType?.('resource').filter(entry => entry.name.startsWith(hub.base));
  if (!locks || !globalThis.document || versions?.some(entry => /^h[23]/.test(entry.nextHopProtocol))) return;
  const name = `sluice line ${new URL(hub.base).host}`;
  locks.request(name, { mode: 'shared' }, async () => {
    const { held } = await locks.query();
    const connections = held.filter(lock => lock.name === name).length;
    if (connections > REQUESTS_MAX) tell({ connections });
    if (!ear.signal.aborted) await new Promise(resolve => ear.onClose(resolve));
  });
}
