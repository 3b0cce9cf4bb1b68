/** What goes wrong, and whether it is worth trying again. */

/** What went wrong, in the hub's words where it has said any: `status`, and `problem` (RFC 9457). */
export class SluiceError extends Error {
  constructor(message, details) {
    super(message);
    this.name = 'SluiceError';
    Object.assign(this, details);
  }
}

export function silence() {
  return new SluiceError('The hub is silent.', { isSilent: true });
}

export async function refusal(answer) {
  const isHubs = /^application\/problem\+json/.test(answer.headers.get('Content-Type'));
  const problem = isHubs ? await answer.json() : undefined;
  const after = answer.headers.get('Retry-After'); // Seconds or a date (RFC 9110 §10.2.3).
  const retryAfterMs = (after * 1_000 || Date.parse(after) - Date.now()) || 0;
  return Object.assign(refused({ status: answer.status, ...problem }), { problem, retryAfterMs });
}

/** Passing: too slow, too early, too much, or trouble behind the door; but what is not implemented stays so. */
export function refused(problem = {}) {
  const { status, title = `Refused with status ${status}.`, detail = title } = problem;
  const isPassing = [408, 425, 429].includes(status) || (status >= 500 && ![501, 505].includes(status));
  return new SluiceError(detail, { status, problem, isPassing });
}
