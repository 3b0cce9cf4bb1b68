/** Errors, and whether a retry may succeed. */

/** An error; if the hub refused a request, with its `status` and `problem` (RFC 9457). */
export class SluiceError extends Error {
  constructor(message, details) {
    super(message);
    this.name = 'SluiceError';
    Object.assign(this, details);
  }
}

export function asSluiceError(failure, message) {
  return failure instanceof SluiceError ? failure : new SluiceError(message, { cause: failure });
}

/** A captive portal, a proxy or another server has answered. */
export function foreign(details) {
  return new SluiceError('The answer is not from a hub.', details);
}

export function timeout() {
  return new SluiceError('The hub does not respond.', { isTimeout: true });
}

export async function refusal(answer) {
  const isHubs = answer.headers.get('Content-Type')?.startsWith('application/problem+json');
  const problem = isHubs ? await answer.json() : undefined;
  const after = answer.headers.get('Retry-After'); // Seconds or a date (RFC 9110 §10.2.3).
  const retryAfterMs = (after * 1_000 || Date.parse(after) - Date.now()) || 0;
  return Object.assign(refused({ status: answer.status, ...problem }), { problem, retryAfterMs });
}

/**
 * Timeouts, rate limits and server errors are transient, except for features that the server does not
 * implement.
 *
 * @param wasServed whether the hub has served the client until now: a token that has expired or was revoked
 *     may have a successor
 */
export function refused(problem = {}, wasServed) {
  const { status, title = `Refused with status ${status}.`, detail = title } = problem;
  const isTransient = [408, 425, 429, wasServed && 401].includes(status) || (status >= 500 && status !== 501);
  return new SluiceError(detail, { status, problem, isTransient });
}

/** The problem of a message that is longer than the hub, or a proxy in front of it, accepts. */
export function tooLarge(detail) {
  return { type: '/problems/too-large', title: 'This is more than the hub takes', status: 413, detail };
}

/** The problem of an error, for another reader of the same connection. */
export function problemOf({ problem, status, message: title }) {
  return problem ?? { status, title };
}
