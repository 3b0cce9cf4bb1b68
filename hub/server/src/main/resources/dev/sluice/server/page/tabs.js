// Tabs, of which one is chosen by a click or the arrow keys.

/** @param chosen called with each chosen tab, and at once with the first one */
export function tabs(list, chosen) {
    const all = [...list.querySelectorAll('[role=tab]')];
    const choose = (tab) => {
        for (const each of all) {
            each.ariaSelected = String(each === tab);
            each.tabIndex = each === tab ? 0 : -1;
        }
        chosen(tab);
    };
    list.addEventListener('click', (click) => click.target.role === 'tab' && choose(click.target));
    list.addEventListener('keydown', ({ key, target }) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (!step) return;
        const next = all[(all.indexOf(target) + step + all.length) % all.length];
        choose(next);
        next.focus();
    });
    choose(all[0]);
}
