/** Requests of a page to its application, which answers with the name of a channel. */

/** Attempts to send a question while the network fails; by its key, it is answered once. */
const TRIES_MAX = 3;
const PAUSE_MS = 500;

export async function send(fetch, url, { headers, ...init }) {
  const all = plain(headers, { Accept: 'application/json' });
  // crypto.randomUUID exists in secure contexts only.
  if (init.method === 'POST') all['idempotency-key'] = crypto.getRandomValues(new Uint32Array(4)).join('-');
  for (let tries = 1; ; tries++) {
    try {
      return await fetch(url, { ...init, headers: all });
    } catch (error) {
      if (tries === TRIES_MAX || init.signal?.aborted) throw error;
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS * tries));
    }
  }
}

/** The headers of several objects, of which any may be a `Headers`, as an object that another can be spread from. */
export function plain(...several) {
  return Object.assign({}, ...several.map(headers => Object.fromEntries(new Headers(headers))));
}
