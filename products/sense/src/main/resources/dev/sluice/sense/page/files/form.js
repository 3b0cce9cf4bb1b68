// A form made from keys (fields.js), for checks and notifiers. Each mistake is shown at its field.
import { find, make, put, set } from '../../page/program.js';
import { refuse } from './api.js';
import { fill, NEEDED, valueOf } from './fields.js';

export class Form {
    definition = {};
    #types;
    #rest;
    #fields = new Map(); // By key: the kind, the element, and the message of a mistake.

    /**
     * @param types the keys of each type, which are shown in the part `target`
     * @param rest  the part for optional keys
     */
    constructor(types, rest = 'target') {
        this.#types = types;
        this.#rest = rest;
    }

    /** Adds the fields of these keys to a part of the form. */
    add(part, keys) {
        for (const [key, kind, example] of keys) {
            const isCards = kind === 'cards' || kind === 'explained';
            const isWide = kind === 'table' || kind === 'area' || isCards;
            const field = find(part).appendChild(make(isCards ? 'div' : 'label', `field${isWide ? ' whole' : ''}${kind === 'flag' ? ' flag' : ''}`));
            const label = put(make('span'), `sense.field.${key.replaceAll('_', '-')}`);
            const element = isCards ? cards(key, example, kind === 'explained') : make({ choice: 'select', named: 'select', table: 'textarea', area: 'textarea' }[kind] ?? 'input');
            if (kind === 'flag') field.append(element, label);
            else field.append(label, element);
            element.id = `field-${key}`;
            element.autocomplete = kind === 'secret' ? 'new-password' : 'off';
            if (kind === 'flag') Object.assign(element, { type: 'checkbox', checked: example });
            else if (kind === 'choice') element.append(...example.map((each) => new Option(each, each)));
            else if (kind === 'named') element.append(...example.map((each) => put(Object.assign(make('option'), { value: each }), `sense.choice.${each}`)));
            else if (isCards) element.setAttribute('aria-labelledby', (label.id = `label-${key}`));
            else Object.assign(element, { placeholder: example, spellcheck: false });
            if (kind === 'secret') element.type = 'password';
            if (kind === 'number') element.inputMode = 'numeric';
            if (isWide && !isCards) element.rows = 2;
            const fault = field.appendChild(make('span', 'fault'));
            fault.id = `fault-${key}`;
            fault.hidden = true;
            this.#fields.set(key, { kind, element, fault, example, part });
            if (this.definition[key] !== undefined) fill(kind, element, this.definition[key]);
        }
    }

    element(key) {
        return this.#fields.get(key).element;
    }

    /** Removes the fields of a part. @param kept an element that stays */
    clear(part, kept = null) {
        for (const [key, field] of this.#fields) if (field.part === part && field.element.closest('.field') !== kept) this.#fields.delete(key);
        find(part).replaceChildren(...[find(part).firstElementChild, kept].filter((each) => each?.parentElement === find(part)));
    }

    /** Shows the fields of the chosen type. Text that was entered for the same key is kept. */
    showType() {
        const values = this.#collect();
        const type = this.element('type');
        const keys = this.#types[type.value];
        for (const part of new Set(['target', this.#rest])) this.clear(part, type.closest('.field'));
        this.definition = { ...this.definition, ...values };
        const needed = NEEDED[type.value] ?? 1;
        this.add('target', keys.slice(0, needed));
        this.add(this.#rest, keys.slice(needed));
        if (this.#rest !== 'target') find(this.#rest).hidden = keys.length === needed;
    }

    /** Returns the definition with the values of the fields. Keys without a field stay unchanged. */
    #collect() {
        const values = { ...this.definition };
        for (const [key, { kind, element, example }] of this.#fields) {
            const value = valueOf(kind, element, kind === 'flag' ? example : undefined);
            if (value === undefined) delete values[key];
            else values[key] = value;
        }
        return values;
    }

    /** Returns the body of the request, which has only keys of this type. */
    body() {
        const values = this.#collect();
        const own = new Set(this.#types[values.type].map(([key]) => key));
        for (const keys of Object.values(this.#types)) for (const [key] of keys) if (!own.has(key)) delete values[key];
        return values;
    }

    /** Shows each mistake at its field. @param error null if there is none */
    show(error) {
        for (const { element, fault } of this.#fields.values()) {
            fault.hidden = true;
            element.removeAttribute('aria-invalid');
            element.removeAttribute('aria-describedby');
        }
        find('said').hidden = true;
        if (!error) return;
        const others = [];
        let first = null;
        for (const { key, message } of error.faults ?? []) {
            const field = this.#fields.get(key);
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
        if (first?.closest('details')) first.closest('details').open = true;
        first?.focus();
        if (others.length > 0 || !first) refuse(find('said'), others.length > 0 ? Object.assign(error, { message: others.join('\n') }) : error);
    }

    /** Runs the action of a button, and shows its mistakes. */
    async send(button, action) {
        find(button).disabled = true;
        try {
            await action();
            this.show(null);
        } catch (error) {
            this.show(error);
        } finally {
            find(button).disabled = false;
        }
    }
}

/**
 * Creates a choice whose options are all visible. It has a value, like a select element.
 *
 * @param isExplained whether each option has a line of explanation
 */
function cards(key, choices, isExplained) {
    const group = make('div', 'sense-cards');
    group.role = 'radiogroup';
    const buttons = choices.map((value, i) => Object.assign(make('input'), { type: 'radio', name: key, value, checked: i === 0 }));
    for (const button of buttons) {
        const card = group.appendChild(make('label'));
        card.append(button, put(make('b'), `sense.choice.${button.value}`));
        if (isExplained) card.append(put(make('small'), `sense.choice.${button.value}.about`));
    }
    const chosen = () => buttons.find(({ checked }) => checked);
    Object.defineProperty(group, 'value', {
        get: () => chosen()?.value ?? '',
        set: (value) => buttons.forEach((each) => (each.checked = each.value === value)),
    });
    group.focus = () => (chosen() ?? buttons[0]).focus();
    return group;
}

/** Returns a mistake found by the page, in the form of the API's. */
export const mistake = (key, message) => Object.assign(new Error(message), { faults: [{ key, message }] });
