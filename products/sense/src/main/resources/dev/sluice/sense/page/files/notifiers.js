// Notifiers, the services that receive alerts: a list, a test of each, and a form.
import { announce, clock, exactly, find, language, make, number, put, words } from '../../page/program.js';
import { ask, CHANGED, doing, NEW, refuse, unchanged } from './api.js';
import { NOTIFIER, NOTIFIERS } from './fields.js';
import { Form, mistake } from './form.js';
import { connect } from './live.js';
import { phrase } from './strip.js';

/** The minimum time between reloads of the list while many alerts are sent. */
const READ_MS = 1_000;

const form = new Form(NOTIFIERS);
let edited = null; // The name of the edited notifier; null for a new one.
let version = null; // The version with which the form was filled.

const path = (name) => `notifiers/${encodeURIComponent(name)}`;

/** Returns the destination without secrets. */
const where = ({ type, host, to, chat }) => [words(`sense.choice.${type}`), host, to?.join(', '), chat].filter(Boolean).join(' · ');

async function read() {
    try {
        const { notifiers } = await ask('notifiers');
        find('notifiers').replaceChildren(...notifiers.map(row));
        find('sense').removeAttribute('data-loading');
        if (notifiers.length === 0) find('notifiers').append(put(make('li', 'quiet'), 'sense.notifiers.none'));
    } catch (error) {
        refuse(find('said'), error);
        find('form').hidden = true;
    }
}

/** Shows the state of delivery: pending alerts and the reason, otherwise the last success. */
function health({ waiting, sent, due, problem, ...more }) {
    const element = make('p', 'sense-health');
    const time = (at) => clock(new Date(at), false);
    element.dataset.state = waiting === 0 ? 'up' : problem ? 'down' : 'unknown';
    if (waiting > 0 && problem) put(element, 'sense.notifiers.waiting', { n: number(waiting), problem: phrase({ problem, ...more }, 'problem').replace(/[.。]$/, ''), time: time(due) });
    else if (waiting > 0) put(element, 'sense.notifiers.queued', { n: number(waiting) });
    else if (sent) put(element, 'sense.notifiers.sent', { time: time(sent) });
    else put(element, 'sense.notifiers.unsent');
    if (sent) element.title = exactly(new Date(sent));
    if (waiting > 0 && sent) element.append(' ', put(make('span', 'quiet'), 'sense.notifiers.sent', { time: time(sent) }));
    return element;
}

function row({ in_file: isInFile, etag, delivery, ...definition }) {
    const { name } = definition;
    const item = make('li');
    item.id = `notifier-${name}`;
    item.appendChild(make('p')).append(make('b', '', name), ' ', make('span', 'quiet', where(definition)));
    item.append(health(delivery));
    const told = make('p', 'sense-try');
    told.role = 'status';
    told.hidden = true;
    const buttons = item.appendChild(make('p', 'row needs-js'));
    const test = button(buttons, 'sense.notifiers.test', name);
    doing(test, 'said', () => tell(name, told));
    if (delivery.waiting > 0) {
        doing(button(buttons, 'sense.notifiers.retry', name), 'said', async () => {
            await ask(`${path(name)}/retry`, 'POST');
            await read();
        });
    }
    if (isInFile) {
        buttons.append(put(make('span', 'quiet'), 'sense.notifiers.in-file'));
    } else {
        button(buttons, 'sense.edit', name).addEventListener('click', () => edit(definition, etag));
        doing(button(buttons, 'sense.remove', name), 'said', async () => {
            await ask(path(name), 'DELETE');
            if (edited === name) edit(null);
            await read();
        });
    }
    item.append(told);
    return item;
}

function button(row, message, name) {
    const made = put(row.appendChild(make('button', 'small')), message);
    made.type = 'button';
    made.ariaDescription = name;
    return made;
}

/** Sends a test, and shows the response of the service. */
async function tell(name, told) {
    told.hidden = false;
    told.dataset.state = 'unknown';
    put(told, 'sense.notifiers.testing');
    try {
        const answer = await ask(`${path(name)}/test`, 'POST');
        told.dataset.state = answer.result === 'accepted' ? 'up' : 'down';
        put(told, `sense.notifiers.${answer.result}`, { problem: phrase(answer, 'problem') });
        announce('test', () => told.textContent);
    } catch (error) {
        told.hidden = true;
        throw error;
    }
}

/**
 * Fills the form with a definition of this version, or empties it for a new one if the definition is null.
 * A new notifier has the language of the page.
 */
function edit(definition, etag = null) {
    edited = definition?.name ?? null;
    version = etag;
    form.definition = definition ?? { language: language() };
    form.clear('what');
    form.clear('target');
    form.show(null);
    form.add('what', [['type', 'cards', Object.keys(NOTIFIERS)], ...NOTIFIER]);
    form.showType();
    form.element('name').disabled = edited !== null;
    form.element('type').addEventListener('change', () => form.showType());
    put(find('form-title'), edited === null ? 'sense.notifiers.new' : 'sense.notifiers.change', { name: edited });
    find('cancel').hidden = edited === null;
    if (edited !== null) form.element('type').focus();
}

find('cancel').addEventListener('click', () => edit(null));
find('form').addEventListener('submit', (submit) => {
    submit.preventDefault();
    form.send('save', async () => {
        const { name: given = '', ...values } = form.body();
        const saved = edited ?? given;
        if (saved === '') throw mistake('name', words('sense.name.missing'));
        try {
            await ask(path(saved), 'PUT', values, edited === null ? NEW : unchanged(version));
        } catch (error) {
            throw edited === null && error.status === CHANGED ? mistake('name', words('sense.name.taken')) : error;
        }
        edit(null);
        await read();
        document.getElementById(`notifier-${saved}`)?.querySelector('button').focus();
    });
});
document.addEventListener('languagechange', () => {
    if (edited === null) form.element('language').value = language();
    read();
});
edit(null);

let isDue = false;
/** Reads the list again after a delay; visible results, such as the outcome of a test, stay until then. */
function soon() {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
        isDue = false;
        if (!find('notifiers').querySelector('.sense-try:not([hidden])')) read();
    }, READ_MS);
}
connect().channel('sense/incidents').on('open', read).on('alert', soon);
