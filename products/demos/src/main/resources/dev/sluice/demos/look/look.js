// The theme of the demos' pages, and their common functions. Runs before the first paint.
'use strict';

const root = document.documentElement;
const storage = {
    get(name) {
        try {
            return localStorage.getItem(`sluice.${name}`);
        } catch {
            return null; // If storage is disabled, there is no saved choice.
        }
    },
    set(name, value) {
        try {
            localStorage.setItem(`sluice.${name}`, value);
        } catch {
            // If storage is disabled, the choice applies to this page only.
        }
    },
};

root.dataset.theme = storage.get('theme') ?? 'system';

const find = (id) => document.getElementById(id);

/** Returns the text in the language of the page, which the server chose. */
const inLanguage = (english, chinese) => (root.lang === 'zh' ? chinese : english);

/** Shows a text in an element. */
function say(element, english, chinese) {
    element.textContent = inLanguage(english, chinese);
}

/**
 * If a demo's page on a hub was opened directly, shows it in the frame of the gallery, beside its bytes and
 * sources, unless it has `?alone`.
 */
function useFrame() {
    const [, demos, name, page] = /^(.*\/demos\/)([a-z]+)\/(.*)/.exec(location.pathname) ?? [];
    if (!demos || window !== top || new URLSearchParams(location.search).has('alone')) return;
    location.replace(`${demos}?page=${page}#${name}`);
}
useFrame();

/** Makes the server send this page and all others in another language. */
function speak(language) {
    document.cookie = `sluice-language=${language}; Path=/; SameSite=Lax`;
    location.reload();
}

/** Shows the state of the connection: one of `connecting`, `open`, `waiting` or `closed`, and a text. */
function state(name, english, chinese) {
    find('state').dataset.state = name;
    say(find('state'), english, chinese);
}

const ROWS_MAX = 200;

/** Adds a line with a kind and a text at the top of the list, which keeps 200 lines. */
function row(kind, text, chinese = text) {
    const line = document.createElement('li');
    const time = line.appendChild(document.createElement('time'));
    const now = new Date();
    time.textContent = now.toLocaleTimeString(root.lang, { hourCycle: 'h23' });
    time.title = now.toISOString();
    line.appendChild(document.createElement('b')).textContent = kind;
    say(line.appendChild(document.createElement('span')), text, chinese);
    find('rows').prepend(line);
    while (find('rows').children.length > ROWS_MAX) find('rows').lastChild.remove();
}

/** Creates a selection list from the names of the options by their values. */
function choice(id, label, names) {
    const list = document.createElement('select');
    list.id = id;
    list.ariaLabel = label;
    for (const [value, name] of Object.entries(names)) list.add(new Option(name, value));
    return list;
}

const isFramed = window.top !== window;

// In a frame, the surrounding page has the switches; a storage event reports their changes.
addEventListener('storage', ({ key, newValue }) => {
    if (!isFramed) return;
    if (key === 'sluice.language' && newValue !== root.lang) location.reload();
    if (key === 'sluice.theme') root.dataset.theme = newValue ?? 'system';
});

document.addEventListener('DOMContentLoaded', () => {
    if (isFramed) return;
    const switches = document.querySelector('header').appendChild(document.createElement('p'));
    switches.append(
        choice('language', inLanguage('Language', '语言'), { en: 'English', zh: '中文' }),
        ' ',
        choice('theme', inLanguage('Colours', '配色'), { system: '◐', light: '☀', dark: '☾' }),
    );
    find('language').value = root.lang;
    find('language').onchange = () => speak(find('language').value);
    find('theme').value = root.dataset.theme;
    find('theme').onchange = () => {
        root.dataset.theme = find('theme').value;
        storage.set('theme', root.dataset.theme);
    };
});
