// The form for a new or existing check, with a test run.
import { announce, find, put, words } from '../../page/program.js';
import { ask, at, CHANGED, checkPage, define, NEW, refuse, segments, unchanged } from './api.js';
import { named, NAMES, PEOPLE, TIMES, TYPES } from './fields.js';
import { Form, mistake } from './form.js';
import { answer, milliseconds } from './strip.js';

const path = segments();
const name = path[0] === 'checks' ? path[1] : null; // Null for a new check.
const form = new Form(TYPES, 'rest');
let etag = null; // The version with which the form was filled.

async function tryNow() {
    const tried = find('tried');
    tried.hidden = false;
    tried.dataset.busy = '';
    put(tried, 'sense.trying');
    try {
        const outcome = await ask('try', 'POST', form.body());
        const result = { passed: 'passed', failed: 'failed' }[outcome.result] ?? 'unclear';
        tried.dataset.state = { passed: 'up', failed: 'down', unclear: 'unknown' }[result];
        put(tried, `sense.tried.${result}`, { answer: result === 'passed' ? `${milliseconds(outcome.latency_ms)} · ${outcome.answer}` : answer(outcome) });
        announce('try', () => tried.textContent);
    } catch (error) {
        tried.hidden = true;
        throw error;
    } finally {
        delete tried.dataset.busy;
    }
}

find('try').addEventListener('click', () => form.send('try', tryNow));
find('form').addEventListener('submit', (submit) => {
    submit.preventDefault();
    form.send('save', async () => {
        const { name: given = '', ...values } = form.body();
        const saved = name ?? (given || named(values));
        try {
            await ask(`checks/${encodeURIComponent(saved)}`, 'PUT', values, name === null ? NEW : unchanged(etag));
        } catch (error) {
            throw name === null && error.status === CHANGED ? mistake('name', words('sense.name.taken')) : error;
        }
        location.assign(checkPage(saved));
    });
});

async function start() {
    find('back').href = name === null ? at('').pathname : checkPage(name);
    if (name !== null) {
        try {
            const check = await ask(`checks/${encodeURIComponent(name)}`);
            ({ etag, definition: form.definition } = await define(name));
            if (check.in_file) {
                find('in-file').hidden = false;
                find('save').hidden = true;
            }
        } catch (error) {
            refuse(find('said'), error);
            find('form').hidden = true;
            return;
        }
    }
    const { type } = form.definition;
    if (name !== null) put(find('target').firstElementChild, 'sense.form.change', { name });
    form.add('target', [['type', 'explained', Object.keys(TYPES)]]);
    form.add('what', NAMES);
    form.add('when', TIMES);
    form.add('whom', PEOPLE);
    form.element('name').disabled = name !== null;
    if (type && !(type in TYPES)) {
        put(find('said'), 'sense.form.unknown-type', { type });
        find('said').hidden = false;
        find('form').hidden = true;
        find('sense').removeAttribute('data-loading');
        return;
    }
    const given = new URLSearchParams(location.search); // A link may preset the type and an address.
    if (name === null) for (const key of ['type', 'server', 'url']) if (given.has(key)) form.definition[key] = given.get(key);
    if (form.definition.type in TYPES) form.element('type').value = form.definition.type;
    form.showType();
    form.element('type').addEventListener('change', () => form.showType());
    find('sense').removeAttribute('data-loading');
    find(name === null ? `field-${TYPES[form.element('type').value][0][0]}` : 'field-type').focus();
}

start();
