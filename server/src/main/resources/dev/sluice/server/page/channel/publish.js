// The drawer that publishes.
import { find } from '../dom.js';
import { remembered } from '../frame.js';
import { link } from '../hub.js';
import { reason } from '../reason.js';
import { ask } from '../requests.js';
import { clear, put, words } from '../words.js';
import { endBox } from './ending.js';

let newest = null;
let isReady = false;

/**
 * Opens the drawer, or closes it.
 *
 * @param channel the channel to publish to; null: the form has a field for it
 * @param event   returns the newest event, which a new one may resemble; null: there is none
 */
export function toggle(channel, event) {
    newest = event;
    if (!isReady) begin(channel);
    isReady = true;
    open(find('publish-drawer').hidden);
}

function begin(channel) {
    const form = find('publish');
    const { data, type, key, as, channel: typed } = form.elements;
    typed.closest('label').hidden = channel !== null;
    typed.disabled = channel !== null;
    remembered(as, 'as', () => {});
    data.addEventListener('keydown', (press) => {
        // While an input method composes text (as for Chinese), Enter belongs to it.
        if (press.key !== 'Enter' || press.shiftKey || press.isComposing) return;
        press.preventDefault();
        form.requestSubmit();
    });
    find('publish-close').addEventListener('click', () => open(false));
    find('publish-drawer').addEventListener('keydown', (press) => press.key === 'Escape' && open(false));
    find('publish-like').addEventListener('click', () => like(form, newest()));
    form.addEventListener('submit', (submit) => {
        submit.preventDefault();
        send(form, link(channel ?? typed.value), { data, type, key, as });
    });
    if (channel !== null) endBox(channel);
}

function open(isOpen) {
    find('publish-drawer').hidden = !isOpen;
    find('publish-open').ariaExpanded = String(isOpen);
    if (isOpen) {
        const event = newest();
        find('publish-like').hidden = !event || event.data === undefined;
        find('publish').elements.data.focus();
    } else {
        find('publish-open').focus();
    }
}

/** Fills the form with an event, as a template for the next. */
function like({ elements }, { channel, type, key, data }) {
    if (!elements.channel.disabled) elements.channel.value = channel;
    elements.type.value = type === 'message' ? '' : type;
    elements.key.value = key ?? '';
    elements.as.value = typeof data === 'string' ? 'text/plain' : 'application/json';
    elements.data.value = typeof data === 'string' ? data : JSON.stringify(data, null, 2);
    elements.data.focus();
}

async function send(form, path, { data, type, key, as }) {
    const said = find('publish-said');
    for (const field of form.elements) field.removeAttribute('aria-invalid');
    const body = data.value;
    try {
        if (as.value === 'application/json') JSON.parse(body);
    } catch (error) {
        data.setAttribute('aria-invalid', 'true');
        return fail(said, () => words('publish.not-json', { why: error.message }));
    }
    const url = new URL(path, location.origin);
    if (type.value) url.searchParams.set('type', type.value);
    if (key.value) url.searchParams.set('key', key.value);
    try {
        const answer = await ask(url, { method: 'POST', headers: { 'Content-Type': as.value }, body });
        const { id } = await answer.json();
        said.dataset.kind = 'done';
        put(said, 'publish.done', { id });
        if (data.value === body) data.value = '';
    } catch (error) {
        form.elements[error.problem?.field]?.setAttribute('aria-invalid', 'true');
        fail(said, () => reason(error));
    }
}

function fail(said, say) {
    said.dataset.kind = 'failed';
    clear(said);
    said.textContent = say();
}
