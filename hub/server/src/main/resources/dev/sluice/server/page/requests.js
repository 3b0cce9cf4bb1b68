// Requests with a complete answer, and their refusals.

/** The problem that the hub answered instead of events (RFC 9457). */
export class Refused extends Error {
    constructor(problem, retryMs) {
        super(problem.detail ?? problem.title ?? '');
        this.problem = problem;
        this.retryMs = retryMs; // undefined: a retry will not help
    }
}

/** The address of a selection, with the parameters of a transport. */
export function address(selection, parameters) {
    const url = new URL(selection, location.origin);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
}

// Numbers with an exponent, with many digits, or with a final zero that JavaScript would drop. May also find texts that look like such numbers.
const INEXACT = /(?:^|[:,[\s])-?(?:\d+(?:\.\d+)?[eE]|[\d.]{16,}|\d+\.\d*0(?!\d))|(?:^|[:,[\s])-0(?![.\d])/;

/** Returns true if the text may contain a number that JavaScript can't represent as written. */
export const mayBeInexact = (text) => INEXACT.test(text);

/** Parses JSON. Keeps numbers that JavaScript can't represent as they were written. */
export function parse(text) {
    if (!mayBeInexact(text)) return JSON.parse(text); // Several times as fast.
    return JSON.parse(text, (_, value, context) => {
        const isInexact = typeof value === 'number' && context?.source !== undefined && String(value) !== context.source;
        return isInexact && JSON.rawJSON ? JSON.rawJSON(context.source) : value;
    });
}

async function refusal(answer) {
    const isProblem = answer.headers.get('Content-Type')?.startsWith('application/problem+json');
    const problem = isProblem ? await answer.json() : { status: answer.status };
    const passes = answer.status === 429 || answer.status === 408 || answer.status >= 500;
    const seconds = Number(answer.headers.get('Retry-After') ?? 1);
    return new Refused(problem, passes ? seconds * 1000 : undefined);
}

/** Sends a request; throws Refused for any answer but a success. */
export async function ask(url, options) {
    const answer = await fetch(url, { cache: 'no-store', ...options });
    if (!answer.ok) throw await refusal(answer);
    return answer;
}

/** One event with the cursor before it, as `{ event, before }`; null if the hub no longer keeps it. */
export async function kept(selection, id, signal) {
    const [last] = (await page(selection, { before: id, limit: 1 }, signal)).events;
    const before = last ? (last.cursor ?? last.id) : 'earliest';
    const [event] = (await page(selection, { after: before, limit: 1 }, signal)).events;
    return event?.id === id ? { event, before } : null;
}

/** Reads one page: the newest events, or those before or after a cursor. */
export async function page(selection, parameters, signal) {
    const answer = await ask(address(selection, { ...parameters, as: 'json' }), { signal });
    return parse(await answer.text());
}
