// Runs before the first paint, so that a page never flashes in another theme. This script is not a module, because
// modules wait for the document.
'use strict';
{
    const root = document.documentElement;
    const remembered = (name) => {
        try {
            return localStorage.getItem(name);
        } catch {
            return null; // Storage may be disabled: then there is no saved choice.
        }
    };
    const theme = remembered('sluice.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    const language = remembered('sluice.language');
    if (language) root.dataset.language = language;
    root.classList.add('js');
    if (parent !== window) root.classList.add('embedded'); // The page around it has the navigation.
}
