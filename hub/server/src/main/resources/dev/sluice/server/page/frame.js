// Shared by all pages: language and theme, announcements to screen readers, copy buttons, the shell around the page.
import { find, make } from './dom.js';
import { HUB } from './hub.js';
import { shortcuts } from './shortcuts.js';
import { language, put, set, speak } from './words.js';

export { announce } from './announce.js';
export { find, make };
export { StateLine } from './state.js';

const COOKIE_SECONDS = 365 * 24 * 3600;

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
        // Storage is not available.
    }
    if ([...select.options].some((each) => each.value === stored)) select.value = stored;
    select.addEventListener('change', () => {
        remember(name, select.value);
        chosen(select.value);
    });
}

/** Shows the page in a language, and stores the choice, so that the server sends later pages in it. */
function speakAlways(tag) {
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `sluice-language=${tag}; Path=${HUB.pathname}; Max-Age=${COOKIE_SECONDS}; SameSite=Lax${secure}`;
    if (tag !== document.documentElement.lang) speak(tag);
}

/** Connects the controls of the shell, and shows everything in the chosen language. */
export function frame() {
    const root = document.documentElement;
    const choices = {
        theme: (theme) => {
            if (theme === 'system') delete root.dataset.theme;
            else root.dataset.theme = theme;
        },
        language: speakAlways,
    };
    find('language').value = language();
    for (const [name, chosen] of Object.entries(choices)) remembered(find(name), name, chosen);
    if (find('language').value !== root.lang) speakAlways(find('language').value);
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
        const source = button && find(button.dataset.copies);
        if (source) copy(button, source.textContent, 'copy', () => select(source));
    });
    if (find('palette')) shell();
}

/** The palette is loaded when it is first opened. While the hub is away, it has nothing to offer. */
const openPalette = () => import('./palette.js').then(({ open }) => open(), () => {});

async function logOut() {
    await fetch(new URL('login', HUB), { method: 'DELETE' }).catch(() => {});
    location.reload(); // Shows the current state.
}

function shell() {
    addEventListener('beforeprint', () => set(find('printed'), `${location.href} · ${new Date().toLocaleString(language())}`));
    shortcuts();
    document.addEventListener('click', ({ target }) => target.closest('[data-palette]') && openPalette());
    find('logout')?.addEventListener('click', logOut);
    document.addEventListener('keydown', (press) => {
        if (press.key.toLowerCase() !== 'k' || !(press.ctrlKey || press.metaKey)) return;
        press.preventDefault();
        openPalette();
    });
    const more = find('more-pages');
    const show = (isOpen) => {
        find('side').classList.toggle('open', isOpen);
        more.ariaExpanded = String(isOpen);
    };
    const isOpen = () => more.ariaExpanded === 'true';
    more.addEventListener('click', () => show(!isOpen()));
    document.addEventListener('click', ({ target }) => !find('side').contains(target) && isOpen() && show(false));
    find('side').addEventListener('keydown', ({ key }) => {
        if (key !== 'Escape' || !isOpen()) return;
        show(false);
        more.focus();
    });
}

/**
 * Copies a text, and shows on the button whether that worked, for two seconds.
 *
 * @param label the key of the button's own label
 * @param failed returns the key of the label if there is no clipboard, without HTTPS, or permission was denied
 */
export async function copy(button, text, label = 'copy', failed = () => 'copy.failed') {
    try {
        await navigator.clipboard.writeText(text);
        put(button, 'copied');
    } catch {
        put(button, failed());
    }
    setTimeout(() => put(button, label), 2000);
}

/** Selects a text for the user to copy. */
function select(source) {
    getSelection().selectAllChildren(source);
    return 'copy.selected';
}
