// What all pages share: language and theme, the state line, what is said to screen readers, buttons that copy.
import { age, language, put, set, speak, words } from './words.js';

/** An element of this kind and class, with this text. User's words only ever become text. */
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
        // Storage may be switched off or full: the choice then holds for this page.
    }
}

/** Keeps a choice over visits. */
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

/** Makes the switches of the head work, and says everything in the chosen language. */
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
    // Chosen in another tab, or in the page around this one.
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
        // No clipboard without HTTPS, or it was refused: the reader copies what is selected for them.
        getSelection().selectAllChildren(source);
        put(button, 'copy.selected');
    }
    setTimeout(() => put(button, 'copy'), 2000);
}

const ANNOUNCE_MS = 10_000;
const pending = new Map();
let announcing = false;

/** Tells a screen reader, politely and seldom: what `say` gives when the time comes, once for each thing it is about. */
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

/** The state of a page's connection: the same words in the same place everywhere. */
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
     * @param name   connecting, open, waiting, ended, or failed, which is an end with an error
     * @param values `until` (ms) when waiting, `why` (a function that says it in the reader's language)
     */
    show(name, values = {}) {
        this.#state = { name, values };
        this.#draw();
        announce('state', () => this.#word());
    }

    /** Sets one of the line's figures. */
    figure(name, text) {
        set(find(`figure-${name}`), text);
    }

    /** The time of the newest event, whose age is shown. */
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
