/** What a page can do with a script, and is complete without: colours, versions, copying, a key for the search. */

const SITE = new URL('..', import.meta.url); // This file is in assets/.

const select = document.getElementById('theme');
select.value = document.documentElement.dataset.theme ?? 'system';
select.onchange = () => {
    if (select.value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = select.value;
    try {
        localStorage.setItem('sluice.theme', select.value);
    } catch {
        // Storage may be disabled: then the choice holds for this page.
    }
};

document.addEventListener('keydown', event => {
    const isSearch = event.key === '/' || (event.key === 'k' && (event.ctrlKey || event.metaKey));
    if (!isSearch || (event.key === '/' && event.target.closest('input, select, textarea'))) return;
    event.preventDefault();
    document.getElementById('q').focus();
});

const { copy, copied } = document.body.dataset;
for (const block of navigator.clipboard ? document.querySelectorAll('article pre') : []) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'copy small', textContent: copy });
    button.onclick = async () => {
        await navigator.clipboard.writeText(block.textContent);
        button.textContent = copied;
        button.onblur = () => (button.textContent = copy);
    };
    const frame = Object.assign(document.createElement('div'), { className: 'code' });
    block.before(frame);
    frame.append(block, button);
}

// The list of contents is beside the page where there is room, and closed above it where there is not.
const contents = document.querySelector('.contents details');
if (contents) {
    const isWide = matchMedia('(min-width: 80rem)');
    const follow = () => (contents.open = isWide.matches);
    isWide.onchange = follow;
    follow();
}

document.querySelector('.side [aria-current]')?.scrollIntoView({ block: 'nearest' });

/** Offers the versions, of which the current one is at the root of the site and each older one in a folder below. */
async function offerVersions() {
    const own = document.getElementById('version');
    const { version, label } = own.dataset;
    const isOlder = SITE.pathname.endsWith(`/${version}/`);
    const root = isOlder ? new URL('..', SITE) : SITE;
    const answer = await fetch(new URL('versions.json', root));
    if (!answer.ok) return;
    const versions = await answer.json();
    if (!versions.includes(version) || versions.length < 2) return;

    const page = location.href.slice(SITE.href.length);
    const addressIn = other => new URL(other === versions[0] ? page : `${other}/${page}`, root);
    const list = Object.assign(document.createElement('select'), { ariaLabel: label });
    list.append(...versions.map(each => new Option(each, each, false, each === version)));
    list.onchange = async () => {
        const there = addressIn(list.value);
        const { ok } = await fetch(there, { method: 'HEAD' });
        location.href = ok ? there : new URL('index.html', new URL(list.value === versions[0] ? '.' : `${list.value}/`, root));
    };
    own.replaceChildren(list);

    if (version === versions[0]) return;
    const band = document.getElementById('older');
    band.querySelector('a').href = addressIn(versions[0]);
    band.hidden = false;
}

offerVersions().catch(() => {}); // Without the list, as from a disk, a page shows its own version.
