// Shared by all pages: language and theme, the state line, announcements to screen readers, copy buttons.
import { age, language, put, set, speak, words } from './words.js';

/** Creates an element of this kind and class, with this text, which is never parsed as markup. */
export function make(kind, className, text) {
    const element = document.createElement(kind);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
}

export const find = (id) => document.getElementById(id);

function remember(name, value) {
    try {
        localStorage.setItem(`sluice.${name}`, value);
    } catch {
        // Storage may be disabled or full: the choice then applies to this page only.
    }
}

/** Saves a choice for later visits. */
export function remembered(select, name, chosen) {
    let stored = null;
    try {
        stored = localStorage.getItem(`sluice.${name}`);
    } catch {
        // As above.
    }
    if ([...select.options].some((each) => each.value === stored)) select.value = stored;
    select.addEventListener('change', () => {
        remember(name, select.value);
        chosen(select.value);
    });
}

/** Connects the switches of the header, and shows everything in the chosen language. */
export function frame() {
    const root = document.documentElement;
    const choices = {
        theme: (theme) => {
            if (theme === 'system') delete root.dataset.theme;
            else root.dataset.theme = theme;
        },
        language: speak,
    };
    find('language').value = language();
    for (const [name, chosen] of Object.entries(choices)) remembered(find(name), name, chosen);
    speak(find('language').value);
    // Changed in another tab, or in the page that embeds this one.
    addEventListener('storage', ({ key, newValue }) => {
        for (const [name, chosen] of Object.entries(choices)) {
            if (key !== `sluice.${name}` || ![...find(name).options].some((each) => each.value === newValue)) continue;
            find(name).value = newValue;
            chosen(newValue);
        }
    });
    document.addEventListener('click', (click) => {
        const button = click.target.closest('button[data-copies]');
        if (button) copy(button, find(button.dataset.copies));
    });
}

async function copy(button, source) {
    try {
        await navigator.clipboard.writeText(source.textContent);
        put(button, 'copied');
    } catch {
        // No clipboard without HTTPS, or permission was denied: the text is selected for the user to copy.
        getSelection().selectAllChildren(source);
        put(button, 'copy.selected');
    }
    setTimeout(() => put(button, 'copy'), 2000);
}

const ANNOUNCE_MS = 10_000;
const pending = new Map();
let announcing = false;

/** Announces to screen readers, politely and seldom: the value of `say` at that time, once for each subject. */
export function announce(about, say) {
    pending.set(about, say);
    if (announcing) return;
    announcing = true;
    set(find('announcer'), [...pending.values()].map((each) => each()).join(' '));
    pending.clear();
    setTimeout(() => {
        announcing = false;
        const [next] = pending;
        if (next) announce(...next);
    }, ANNOUNCE_MS);
}

/** The state of a page's connection, shown in the same words and place on all pages. */
export class StateLine {
    #element = find('state');
    #state = { name: 'connecting', values: {} };
    #newest = null;

    constructor() {
        setInterval(() => this.#tick(), 1000);
        document.addEventListener('languagechange', () => this.#draw());
        this.#draw();
    }

    /**
     * @param name   connecting, open, waiting, ended, or failed (ended with an error)
     * @param values `until` (ms) when waiting, `why` (a function that returns the reason in the user's language)
     */
    show(name, values = {}) {
        this.#state = { name, values };
        this.#draw();
        announce('state', () => this.#word());
    }

    /** Sets one of the figures of the state line. */
    figure(name, text) {
        set(find(`figure-${name}`), text);
    }

    /** Sets the time of the newest event, whose age is shown. */
    newest(ms) {
        this.#newest = Math.max(this.#newest ?? 0, ms);
        this.#tick();
    }

    #word() {
        const { until, why } = this.#state.values;
        const n = until ? Math.max(0, Math.ceil((until - Date.now()) / 1000)) : 0;
        return words(`state.${this.#state.name}`, { n, why: why?.() });
    }

    #draw() {
        this.#element.dataset.state = this.#state.name;
        find('again').hidden = this.#state.name === 'connecting' || this.#state.name === 'open';
        this.#tick();
    }

    #tick() {
        set(find('state-word'), this.#word());
        this.figure('newest', this.#newest === null ? '–' : age(Math.max(0, Date.now() - this.#newest)));
    }
}
