/** The pause before the next attempt to connect. */

export const BACKOFF = { first: 1_000, factor: 2, max: 30_000, jitter: 1, tries: Infinity };

/** The longest pause: a timer of more milliseconds than fit into 31 bits would fire at once. */
export const PAUSE_MS_MAX = 86_400_000;

/** A random part of the pause ("full jitter"), so that clients that lost the same hub do not reconnect at the same time. */
export function jittered({ first, factor, max, jitter }, failures, { doublings = 0, jitter: jitterMax = 1 } = {}) {
  return Math.min(max, PAUSE_MS_MAX, first * factor ** (failures + doublings)) * (1 - Math.min(jitter, jitterMax) * Math.random());
}
