// The intervals at which pages reconnect to a hub that is away: shorter than those of programs, because a person waits.

/**
 * For the clients of pages. Pauses double up to `max` (ms), and each is a random part of that: the pages of a hub that
 * starts again do not all come at once.
 */
export const BACKOFF = { first: 1_000, max: 5_000 };
