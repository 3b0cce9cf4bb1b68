/** Notices too many connections of one browser. */
import { lockHolders } from './locks.js';
import { REQUESTS_MAX } from './reader.js';

/**
 * Over HTTP/1.1 a browser has six connections to a host, for all its tabs. Each stream holds a lock, so that streams can
 * be counted; when no connection is left, the page gets an event, because requests would wait without an error.
 */
export function watchConnectionCount(hub, listener, onCrowded) {
  const locks = globalThis.navigator?.locks;
  const isNewer = ({ name, nextHopProtocol }) => name.startsWith(hub.base) && /^h[23]/.test(nextHopProtocol);
  if (!locks || !globalThis.document || performance.getEntriesByType('resource').some(isNewer)) return;
  const name = `sluice ${new URL(hub.base).host}`;
  locks.request(name, { mode: 'shared' }, async () => {
    const connections = (await lockHolders(name)).length;
    if (listener.signal.aborted) return; // The connection may never have opened.
    if (connections > REQUESTS_MAX) onCrowded({ connections });
    return new Promise(resolve => listener.onClose(resolve));
  }).catch(() => {}); // A sandboxed frame may not use locks, and does not count.
}
