// The command palette: opens a channel, a page or an event by the typed text, or runs an action of this page.
import { find } from './dom.js';
import { HUB, link } from './hub.js';
import { html, render } from './vendor/preact.js';
import { page } from './requests.js';
import { words } from './words.js';

const CHANNELS_MAX = 1000;
const SHOWN_MAX = 40;
const EVENT_ID = /^[A-Za-z0-9]+-[0-9]+$/;

let channels = [];
let chosen = 0;
let found = [];

/** The entries that match this text, best first. */
function matches(text) {
    const typed = text.trim();
    const wanted = typed.toLowerCase();
    const fits = ({ name }) => name.toLowerCase().includes(wanted);
    const actions = ['pause', 'publish-open', 'shortcuts-open']
        .filter((id) => find(id) && !find(id).hidden)
        .map((id) => ({ name: words(`action.${id}`), kind: words('palette.action'), run: () => find(id).click() }));
    const pages = [...document.querySelectorAll('.side a.to')].map((each) => ({
        name: each.querySelector('.word').innerText, // A program's text contains all languages, of which one is shown.
        kind: words('palette.page'),
        href: each.href,
    }));
    const named = channels.map((name) => ({ name, kind: words('channel'), href: link(name) }));
    const isListed = channels.includes(typed);
    const all = [...named.filter(fits).sort((one, other) => (other.name === typed) - (one.name === typed)), ...pages.filter(fits), ...actions.filter(fits)];
    // A channel exists as soon as it is named; a name as typed is offered last, so that Enter prefers one that exists.
    if (wanted !== '' && !isListed) all.push({ name: typed, kind: words('palette.open'), href: link(typed) });
    // A channel may have a name like an id. Without a list of channels, a name is likelier.
    if (EVENT_ID.test(typed)) all.splice(isListed || channels.length === 0 ? 1 : 0, 0, { name: typed, kind: words('palette.event'), href: `${link('**')}?after=${typed}` });
    return all.slice(0, SHOWN_MAX);
}

function draw() {
    found = matches(find('palette-text').value);
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    const options = found.map(
        (each, i) => html`<li role="option" id=${`option-${i}`} aria-selected=${i === chosen ? 'true' : 'false'} onClick=${() => go(each)}>
            <bdi class="name">${each.name}</bdi><span class="kind">${each.kind}</span></li>`,
    );
    render(html`${options}`, find('palette-list'));
    find('palette-text').setAttribute('aria-activedescendant', found.length > 0 ? `option-${chosen}` : '');
    find(`option-${chosen}`)?.scrollIntoView({ block: 'nearest' });
}

function go({ href, run }) {
    find('palette').close();
    if (href) location.assign(href);
    else run();
}

/** Opens the palette. */
export async function open() {
    if (find('palette').open) return;
    find('palette-text').value = '';
    chosen = 0;
    draw();
    find('palette').showModal();
    try {
        const list = await page(new URL('channels', HUB).pathname, { limit: CHANNELS_MAX });
        channels = list.channels.map((each) => each.name);
    } catch {
        channels = []; // The caller may not list channels, or the hub is away: names can still be typed.
    }
    draw();
}

function keys(press) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[press.key];
    if (step) chosen = (chosen + step + found.length) % Math.max(1, found.length);
    else if (press.key === 'Enter' && !press.isComposing && found[chosen]) return go(found[chosen]);
    else return;
    press.preventDefault();
    draw();
}

find('palette-text').addEventListener('keydown', keys);
find('palette-text').addEventListener('input', () => {
    chosen = 0;
    draw();
});
find('palette').addEventListener('click', (click) => click.target === find('palette') && find('palette').close());
