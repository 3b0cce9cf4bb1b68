// Runs before anything is drawn, so that a page never flashes in another theme or language. It alone is no module:
// modules wait for the document.
'use strict';
{
    const root = document.documentElement;
    const remembered = (name) => {
        try {
            return localStorage.getItem(name);
        } catch {
            return null; // Storage may be switched off: then nothing is remembered.
        }
    };
    const theme = remembered('sluice.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    const language = remembered('sluice.language');
    if (language) root.dataset.language = language;
    root.classList.add('js');
}
