/** Renews the token of a running session (docs/protocol.md §4). */
import { SluiceError } from './errors.js';

/** Too little time for a renewal: the connection is opened again when the hub ends it. */
const LEFT_MS_MIN = 1_000;

/** A timer of more milliseconds than fit into 31 bits would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Sends the hub the next token before the one of the session ends.
 *
 * @param leftMs    the remaining time of the session's token; undefined if it does not expire
 * @param send      sends a request in the session
 * @param listener  of the session's transport
 */
export function renew(getToken, leftMs, send, listener) {
  let timer;
  const plan = endMs => {
    const leftMs = endMs - performance.now();
    // Spread at random, as many tokens may have been issued together. It leaves time for further attempts
    // after a failure.
    const pauseMs = Math.min(leftMs * (0.7 + Math.random() / 5), TIMER_MS_MAX);
    if (leftMs > LEFT_MS_MIN) timer = setTimeout(refresh, pauseMs, endMs);
  };
  const refresh = async endMs => {
    let token;
    try {
      token = await getToken();
    } catch { // It is called again, at the latest for the reconnect, which reports the failure.
    }
    if (listener.signal.aborted) return;
    const handle = ({ op, problem, expiresInMs }) => {
      if (op === 'ok') plan(performance.now() + expiresInMs);
      // Another user has signed in to the page.
      else if (problem.status === 403) listener.lost(new SluiceError(problem.detail));
      else plan(endMs);
    };
    if (token) send({ message: () => ({ op: 'refresh', token }), handle });
    else plan(endMs);
  };
  listener.onClose(() => clearTimeout(timer));
  if (getToken) plan(performance.now() + leftMs);
}
