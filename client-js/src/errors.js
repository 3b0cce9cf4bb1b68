/** Errors, and whether a retry may succeed. */

/** An error; if the hub refused a request, with its `status` and `problem` (RFC 9457). */
export class SluiceError extends Error {
  constructor(message, details) {
    super(message);
    this.name = 'SluiceError';
    Object.assign(this, details);
  }
}

export function timeout() {
  return new SluiceError('The hub does not respond.', { isTimeout: true });
}

export async function refusal(answer) {
  const isHubs = /^application\/problem\+json/.test(answer.headers.get('Content-Type'));
  const problem = isHubs ? await answer.json() : undefined;
  const after = answer.headers.get('Retry-After'); // Seconds or a date (RFC 9110 §10.2.3).
  const retryAfterMs = (after * 1_000 || Date.parse(after) - Date.now()) || 0;
  return Object.assign(refused({ status: answer.status, ...problem }), { problem, retryAfterMs });
}

/** Transient are timeouts, rate limits and server errors, except for what the server does not implement. */
export function refused(problem = {}) {
  const { status, title = `Refused with status ${status}.`, detail = title } = problem;
  const isTransient = [408, 425, 429].includes(status) || (status >= 500 && ![501, 505].includes(status));
  return new SluiceError(detail, { status, problem, isTransient });
}

/** The end of a stream that the hub has served. A token that has expired or was revoked may have a successor. */
export function ended(problem) {
  const error = refused(problem);
  error.isTransient ||= error.status === 401;
  return error;
}
