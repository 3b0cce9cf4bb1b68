/** The pause before the next attempt to connect. */

export const BACKOFF = { first: 1_000, factor: 2, max: 30_000, jitter: 1, tries: Infinity };

/** A random part of the pause ("full jitter"), so that clients that lost the same hub do not reconnect at the same time. */
export function jittered({ first, factor, max, jitter }, failures, { doublings = 0, jitter: jitterMax = 1 } = {}) {
  return Math.min(max, first * factor ** (failures + doublings)) * (1 - Math.min(jitter, jitterMax) * Math.random());
}
