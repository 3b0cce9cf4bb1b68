// The form for a check, new or changed, with "try now".
import { announce, find, make, put, set, words } from '../../page/program.js';
import { ask, at, checkPage, define, refuse, segments } from './api.js';
import { fill, NAMES, PEOPLE, TIMES, TYPES, valueOf } from './fields.js';
import { answer, milliseconds } from './strip.js';

const path = segments();
const name = path[0] === 'checks' ? path[1] : null; // null: a new check.
const fields = new Map(); // Key → kind, element, its message of a mistake.
let definition = {};

/** Adds the fields of these keys to a part of the form. */
function add(part, keys) {
    for (const [key, kind, example] of keys) {
        const field = find(part).appendChild(make('label', `field${kind === 'table' || kind === 'area' ? ' whole' : ''}${kind === 'flag' ? ' flag' : ''}`));
        const label = put(make('span'), `sense.field.${key.replaceAll('_', '-')}`);
        const element = make({ choice: 'select', table: 'textarea', area: 'textarea' }[kind] ?? 'input');
        if (kind === 'flag') field.append(element, label);
        else field.append(label, element);
        element.id = `field-${key}`;
        element.autocomplete = 'off';
        if (kind === 'flag') Object.assign(element, { type: 'checkbox', checked: example });
        else if (kind === 'choice') element.append(...example.map((each) => new Option(each, each)));
        else Object.assign(element, { placeholder: example, spellcheck: false });
        if (kind === 'number') element.inputMode = 'numeric';
        if (kind === 'table' || kind === 'area') element.rows = 2;
        const fault = field.appendChild(make('span', 'fault'));
        fault.id = `fault-${key}`;
        fault.hidden = true;
        fields.set(key, { kind, element, fault, example, part });
        if (definition[key] !== undefined) fill(kind, element, definition[key]);
    }
}

/** Shows the fields of the chosen type; what was typed in fields of the same key stays. */
function showType() {
    const values = collect();
    for (const [key, { part }] of fields) if (part === 'target') fields.delete(key);
    find('target').replaceChildren(find('target').firstElementChild);
    definition = { ...definition, ...values };
    add('target', TYPES[find('field-type').value]);
}

/** The definition as the fields have it. Keys that have no field stay as they were. */
function collect() {
    const values = { ...definition };
    for (const [key, { kind, element, example }] of fields) {
        const value = valueOf(kind, element, kind === 'flag' ? example : undefined);
        if (value === undefined) delete values[key];
        else values[key] = value;
    }
    return values;
}

/** What is sent: only keys that this type has. */
function body() {
    const values = collect();
    const own = new Set(TYPES[values.type].map(([key]) => key));
    for (const keys of Object.values(TYPES)) for (const [key] of keys) if (!own.has(key)) delete values[key];
    return values;
}

/** Shows each mistake at its field. */
function mistakes(error) {
    for (const { element, fault } of fields.values()) {
        fault.hidden = true;
        element.removeAttribute('aria-invalid');
        element.removeAttribute('aria-describedby');
    }
    find('said').hidden = true;
    if (!error) return;
    const others = [];
    let first = null;
    for (const { key, message } of error.faults ?? []) {
        const field = fields.get(key.replace(/^check\./, ''));
        if (!field) {
            others.push(`${key} ${message}`);
            continue;
        }
        set(field.fault, message);
        field.fault.hidden = false;
        field.element.setAttribute('aria-invalid', 'true');
        field.element.setAttribute('aria-describedby', field.fault.id);
        first ??= field.element;
    }
    first?.focus();
    if (others.length > 0 || !first) refuse(find('said'), others.length > 0 ? Object.assign(error, { message: others.join('\n') }) : error);
}

async function sending(button, action) {
    find(button).disabled = true;
    try {
        await action();
        mistakes(null);
    } catch (error) {
        find('tried').hidden = true;
        mistakes(error);
    } finally {
        find(button).disabled = false;
    }
}

find('try').addEventListener('click', () => sending('try', async () => {
    const tried = find('tried');
    tried.hidden = false;
    tried.dataset.busy = '';
    put(tried, 'sense.trying');
    const outcome = await ask('try', 'POST', body());
    const result = { passed: 'passed', failed: 'failed' }[outcome.result] ?? 'unclear';
    delete tried.dataset.busy;
    tried.dataset.state = { passed: 'up', failed: 'down', unclear: 'unknown' }[result];
    put(tried, `sense.tried.${result}`, { answer: result === 'passed' ? `${milliseconds(outcome.latency_ms)} · ${outcome.answer}` : answer(outcome) });
    announce('try', () => tried.textContent);
}));
find('form').addEventListener('submit', (submit) => {
    submit.preventDefault();
    sending('save', async () => {
        const { name: given = '', ...values } = body();
        const saved = name ?? given;
        if (saved === '') {
            throw Object.assign(new Error(), { faults: [{ key: 'name', message: words('sense.name.missing') }] });
        }
        await ask(`checks/${encodeURIComponent(saved)}`, 'PUT', values);
        location.assign(checkPage(saved));
    });
});

async function start() {
    find('back').href = name === null ? at('').pathname : checkPage(name);
    if (name !== null) {
        try {
            const check = await ask(`checks/${encodeURIComponent(name)}`);
            ({ definition } = await define(name));
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
    add('what', [['type', 'choice', Object.keys(TYPES)], ...NAMES]);
    add('when', TIMES);
    add('whom', PEOPLE);
    fields.get('name').element.disabled = name !== null;
    if (definition.type && !(definition.type in TYPES)) {
        put(find('said'), 'sense.form.unknown-type', { type: definition.type });
        find('said').hidden = false;
        find('form').hidden = true;
        return;
    }
    const given = new URLSearchParams(location.search); // A link may begin with a type and an address.
    if (name === null) for (const key of ['type', 'server', 'url']) if (given.has(key)) definition[key] = given.get(key);
    if (definition.type in TYPES) find('field-type').value = definition.type;
    showType();
    find('field-type').addEventListener('change', showType);
    find(name === null ? `field-${TYPES[find('field-type').value][0][0]}` : 'field-title').focus();
}

start();
