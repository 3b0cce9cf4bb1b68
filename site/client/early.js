// Runs before the first paint, so that a page never flashes in another theme. The console shares the choice.
'use strict';
{
    const root = document.documentElement;
    try {
        const theme = localStorage.getItem('sluice.theme');
        if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    } catch {
        // Storage may be disabled: then there is no saved choice.
    }
    root.classList.add('js');
}
