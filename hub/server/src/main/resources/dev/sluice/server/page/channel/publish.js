// The drawer with the publish form.
import { find } from '../dom.js';
import { remembered } from '../frame.js';
import { link } from '../hub.js';
import { reason } from '../reason.js';
import { ask } from '../requests.js';
import { clear, put, words } from '../words.js';
import { endBox } from './ending.js';
import { EXAMPLES, bytesOfHex, filledIn, like } from './templates.js';

const REPEAT_MS = 100;

let newest = null;
let opener = null; // The element that had the focus before.
let isReady = false;
let timer = 0; // Of repeated sends.
let isSending = false; // One request at a time: further clicks are ignored.

/**
 * Opens the drawer, or closes it.
 *
 * @param channel the channel to publish to; null to ask for it in the form
 * @param event   returns the newest event, as a template for a new one; null if there are no events
 */
export function toggle(channel, event) {
    newest = event;
    if (!isReady) begin(channel);
    isReady = true;
    open(find('publish-drawer').hidden);
}

function begin(channel) {
    const form = find('publish');
    const { data, as, channel: typed, template, file } = form.elements;
    typed.closest('label').hidden = channel !== null;
    typed.disabled = channel !== null;
    remembered(as, 'as', () => {});
    data.addEventListener('keydown', (press) => {
        // While an input method composes text (as for Chinese), Enter belongs to it.
        if (press.key !== 'Enter' || press.shiftKey || press.isComposing) return;
        press.preventDefault();
        if (!press.repeat) form.requestSubmit();
    });
    find('publish-close').addEventListener('click', () => open(false));
    find('publish-drawer').addEventListener('keydown', (press) => press.key === 'Escape' && open(false));
    for (const [name] of [['newest'], ...EXAMPLES]) template.append(put(new Option('', name), `template.${name}`));
    template.prepend(new Option('–', '', true, true));
    template.addEventListener('change', () => useTemplate(form, template.value));
    file.addEventListener('change', () => {
        data.required = file.files.length === 0;
    });
    find('publish-repeat').addEventListener('click', () => (timer ? stop() : repeat(form, channel)));
    form.addEventListener('submit', (submit) => {
        submit.preventDefault();
        if (timer) stop();
        else submitOnce(form, channel);
    });
    if (channel !== null) endBox(channel);
}

function open(isOpen) {
    if (isOpen) opener = document.activeElement;
    find('publish-drawer').hidden = !isOpen;
    find('publish-open').ariaExpanded = String(isOpen);
    if (isOpen) return find('publish').elements.data.focus();
    stop();
    // If nothing had the focus, the list gets it: there, the next key is not typed as text.
    (opener === document.body || !opener.checkVisibility() ? find('scroll') : opener).focus();
}

/** Fills the form with an example, or with the newest event. */
function useTemplate({ elements }, name) {
    const event = newest();
    const fields = name === 'newest' ? event && like(event) : EXAMPLES.find(([each]) => each === name)?.[1];
    for (const [field, value] of Object.entries(fields ?? {})) if (!elements[field].disabled) elements[field].value = value;
    elements.template.value = '';
    elements.file.value = '';
    elements.data.required = true;
    elements.data.focus();
}

async function submitOnce(form, channel) {
    if (isSending) return;
    const { data, file } = form.elements;
    const typed = data.value;
    if (!(await send(form, channel, 1))) return;
    if (data.value === typed) data.value = '';
    file.value = '';
    data.required = true;
}

/** Sends the form ten times a second, one request after the other, until stopped or refused. */
function repeat(form, channel) {
    if (!form.reportValidity()) return;
    let n = 0;
    timer = setInterval(async () => {
        if (isSending || document.hidden) return;
        if (!(await send(form, channel, ++n))) stop();
    }, REPEAT_MS);
    show();
}

function stop() {
    clearInterval(timer);
    timer = 0;
    show();
}

function show() {
    put(find('publish-repeat'), timer ? 'publish.stop' : 'publish.repeat');
    find('publish-repeat').ariaPressed = String(timer !== 0);
}

/** The body to send, with its type. Throws an error with a message for the user. */
function bodyOf({ data, as, file }, n, now) {
    const chosen = file.files[0];
    if (chosen) return [chosen, chosen.type || 'application/octet-stream'];
    const text = filledIn(data.value, n, now);
    if (as.value === 'hex') {
        const bytes = bytesOfHex(text);
        if (bytes === null) throw new Error(words('publish.not-hex'));
        return [bytes, 'application/octet-stream'];
    }
    if (as.value === 'application/json') {
        try {
            JSON.parse(text);
        } catch (error) {
            throw new Error(words('publish.not-json', { why: error.message }));
        }
    }
    return [text, as.value];
}

/** @returns true if it was published */
async function send(form, channel, n) {
    const said = find('publish-said');
    const { elements } = form;
    const now = new Date().toISOString();
    for (const field of elements) field.removeAttribute('aria-invalid');
    let body;
    let contentType;
    try {
        [body, contentType] = bodyOf(elements, n, now);
    } catch (error) {
        elements.data.setAttribute('aria-invalid', 'true');
        return fail(said, error.message);
    }
    const url = new URL(link(channel ?? elements.channel.value), location.origin);
    if (elements.type.value) url.searchParams.set('type', elements.type.value);
    if (elements.key.value) url.searchParams.set('key', filledIn(elements.key.value, n, now));
    isSending = true;
    try {
        const answer = await ask(url, { method: 'POST', headers: { 'Content-Type': contentType }, body });
        const { id } = await answer.json();
        said.dataset.kind = 'done';
        put(said, 'publish.done', { id });
        return true;
    } catch (error) {
        elements[error.problem?.field]?.setAttribute?.('aria-invalid', 'true');
        return fail(said, reason(error));
    } finally {
        isSending = false;
    }
}

function fail(said, text) {
    said.dataset.kind = 'failed';
    clear(said);
    said.textContent = text;
    return false;
}
