// The form that publishes, and the two steps that end a channel.
import { find, remembered } from './frame.js';
import { link } from './hub.js';
import { ask } from './transports.js';
import { clear, put, words } from './words.js';

/** The text to show for a failed request. */
export function reason(error) {
    const { title, detail, status } = error.problem ?? {};
    if (title) return detail ? `${title}. ${detail}` : title;
    return status ? words('problem.other', { status }) : words('problem.network');
}

/** @param channel the channel to publish to; null: the form has a field for it */
export function publishBox(channel) {
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
    data.addEventListener('input', () => grow(data));
    form.addEventListener('submit', (submit) => {
        submit.preventDefault();
        send(form, link(channel ?? typed.value), { data, type, key, as });
    });
    if (channel !== null) endBox(channel);
}

function grow(area) {
    area.rows = Math.min(8, area.value.split('\n').length);
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
        grow(data);
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

function endBox(channel) {
    const step = find('end-step');
    const begin = find('end');
    const confirm = find('end-confirm');
    begin.hidden = false;
    put(confirm, 'end.confirm', { channel });
    const open = (isOpen) => {
        step.hidden = !isOpen;
        begin.ariaExpanded = String(isOpen);
        (isOpen ? find('end-keep') : begin).focus();
    };
    begin.addEventListener('click', () => open(step.hidden));
    find('end-keep').addEventListener('click', () => open(false));
    step.addEventListener('keydown', (press) => press.key === 'Escape' && open(false));
    confirm.addEventListener('click', async () => {
        const url = new URL(link(channel), location.origin);
        url.searchParams.set('close', 'true');
        try {
            await ask(url, { method: 'POST' });
            open(false);
        } catch (error) {
            fail(find('end-said'), () => reason(error));
        }
    });
}
