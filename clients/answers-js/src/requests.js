/** Requests of a page to its application, which answers with the name of a channel. */

/** Attempts to send a question while the network fails; by its key, it is answered once. */
const TRIES_MAX = 3;
const PAUSE_MS = 500;

export async function send(fetch, url, { headers, ...init }) {
  const all = { ...headers, Accept: 'application/json' };
  if (init.method === 'POST') all['Idempotency-Key'] = crypto.randomUUID();
  for (let tries = 1; ; tries++) {
    try {
      return await fetch(url, { ...init, headers: all });
    } catch (error) {
      if (tries === TRIES_MAX || init.signal?.aborted) throw error;
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS * tries));
    }
  }
}
