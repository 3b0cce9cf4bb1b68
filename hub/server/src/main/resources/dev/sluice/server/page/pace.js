// The pauses before pages reconnect to a hub that is away: shorter than those of programs, because a person waits.

/**
 * For the clients of pages. Pauses double up to `max` (ms), and each is a random fraction of that, so that the pages of a
 * restarted hub do not all reconnect at once.
 */
export const BACKOFF = { first: 1_000, max: 5_000 };
