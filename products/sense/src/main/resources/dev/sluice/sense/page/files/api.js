// The JSON API of Sense, and functions that all of its pages share.
import { find, HUB, make, put, set, words } from '../../page/program.js';

/** Returns the address of a path below `/sense/`. */
export const at = (path) => new URL(`sense/${path}`, HUB);

/** An error response, with its problem (RFC 9457). */
export class Refused extends Error {
    constructor(problem) {
        super(problem.detail ?? problem.title ?? String(problem.status));
        this.status = problem.status;
        this.faults = problem.faults ?? [];
    }
}

/** Sends a request to the API and returns the response; throws Refused unless it was successful. */
export async function ask(path, method = 'GET', body = undefined, condition = {}) {
    const answer = await request(path, method, body, condition);
    return answer.status === 204 ? null : answer.json();
}

async function request(path, method, body, condition) {
    const answer = await fetch(at(`api/${path}`), {
        method,
        cache: 'no-store',
        headers: body === undefined ? condition : { 'Content-Type': 'application/json', ...condition },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.ok) return answer;
    const isProblem = answer.headers.get('Content-Type')?.startsWith('application/problem+json');
    throw new Refused(isProblem ? await answer.json() : { status: answer.status });
}

/** Shows in an element why an action failed, with a link to the login page if the visitor is not logged in. */
export function refuse(element, error) {
    find('sense')?.removeAttribute('data-loading');
    element.hidden = false;
    element.dataset.kind = 'failed';
    delete element.dataset.busy;
    delete element.dataset.unread;
    if (error.status === CHANGED) put(element, 'sense.form.changed');
    else set(element, error instanceof Refused ? error.message : words('sense.away'));
    if (error.status !== 401) return;
    const login = make('a', '', words('sense.login'));
    login.href = `${new URL('login', HUB)}#to=${encodeURIComponent(location.pathname)}`;
    element.append(' ', login);
}

/** Reads something. An error is shown in the element until a read succeeds; the message of an action stays. */
export async function reading(element, read) {
    try {
        await read();
        if ('unread' in element.dataset) element.hidden = true;
    } catch (error) {
        refuse(element, error);
        element.dataset.unread = '';
    }
}

/** Runs an action when a button is clicked. The button is disabled meanwhile, and an error is shown in the element. */
export function doing(button, said, action) {
    button.addEventListener('click', async () => {
        button.disabled = true;
        find(said).hidden = true; // The message of an earlier action.
        try {
            await action();
        } catch (error) {
            refuse(find(said), error);
        } finally {
            button.disabled = false;
        }
    });
}

/** Returns the segments of the page's path below `/sense/`. */
export const segments = () => location.pathname.slice(at('').pathname.length).split('/').map(decodeURIComponent);

/** The status if somebody else has changed the definition in the meantime, or has taken the name. */
export const CHANGED = 412;

/** The condition of a request that must not change an existing definition. */
export const NEW = { 'If-None-Match': '*' };

/** Returns the condition of a request that must not overwrite somebody else's changes. */
export const unchanged = (etag) => (etag ? { 'If-Match': etag } : {});

/**
 * Reads the definition of a check; only administrators may. `beat` is the address that a job calls; it was
 * generated and is not a key of the definition.
 */
export async function define(name) {
    const answer = await request(`checks/${encodeURIComponent(name)}/definition`, 'GET', undefined, {});
    const { beat, ...definition } = await answer.json();
    return { beat, definition, etag: answer.headers.get('ETag') };
}

/** Returns the address of a check's page. */
export const checkPage = (name) => at(`checks/${encodeURIComponent(name)}`).pathname;

/** Returns the address of a server's page. */
export const serverPage = (name) => at(`servers/${encodeURIComponent(name)}`).pathname;

/** Returns the address of the page that shows most about a check. */
export const pageOf = ({ type, name, server }) => (type === 'server' && server ? serverPage(server) : checkPage(name));

/** Returns the address of an incident's page. */
export const incidentPage = (id) => at(`incidents/${id}`).pathname;

const NAME = 'sluice.sense.name';

/** Returns the name under which a person acknowledges and comments, as remembered by the browser. */
export const rememberedName = () => {
    try {
        return localStorage.getItem(NAME) ?? '';
    } catch {
        return ''; // Storage may be disabled.
    }
};

export const rememberName = (name) => {
    try {
        localStorage.setItem(NAME, name);
    } catch {
        // If storage is disabled, the name must be entered each time.
    }
};
