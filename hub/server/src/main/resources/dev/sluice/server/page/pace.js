// How soon pages look again for a hub that is away: somebody is waiting, while a program may take half a minute.

/**
 * For the clients of pages. Pauses double up to `max` (ms), and each is a random part of that: the pages of a hub that
 * starts again do not all come at once.
 */
export const BACKOFF = { first: 1_000, max: 5_000 };
