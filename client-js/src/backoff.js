/** How long to pause before the next try. */

export const BACKOFF = { first: 1_000, factor: 2, max: 30_000, jitter: 1, tries: Infinity };

/** Any part of a pause by chance ("full jitter"), so that those who lost the same hub don't come back in step. */
export function jittered({ first, factor, max, jitter }, failures) {
  return Math.min(max, first * factor ** failures) * (1 - jitter * Math.random());
}
