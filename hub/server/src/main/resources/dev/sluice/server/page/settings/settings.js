// The page of the configuration in force: its values, pending changes, and the permissions of a token.
import '../operator-words.js';
import '../later-words.js';
import '../stats-words.js';
import { find, make } from '../dom.js';
import { StateLine, frame } from '../frame.js';
import { HUB } from '../hub.js';
import { onPlace, placeAll, placed } from '../place.js';
import { reason } from '../reason.js';
import { Refused, address, ask } from '../requests.js';
import { onText } from '../typing.js';
import { html, render } from '../vendor/preact.js';
import { put, words } from '../words.js';
import { Cards } from './cards.js';
import { matching } from './model.js';

const PATH = new URL('settings', HUB).pathname;
const REFRESH_MS = 10_000;

frame();

const line = new StateLine();
const cards = new Cards({ reload, explain });
let settings = null;
let timer = null;
let hasFigures = false;

async function refresh() {
    clearTimeout(timer);
    try {
        const answer = await ask(PATH, { headers: { Accept: 'application/json' } });
        settings = await answer.json();
        line.show('open');
        followFigures();
    } catch (error) {
        const isRefused = error instanceof Refused;
        line.show(isRefused ? 'failed' : 'waiting', { until: Date.now() + REFRESH_MS, why: () => (isRefused ? reason(error) : words('state.why.cut')) });
    }
    draw();
    if (!document.hidden) timer = setTimeout(refresh, REFRESH_MS);
}

/** Follows the statistics after the first view; whoever may see the settings may read these, too. */
async function followFigures() {
    if (hasFigures) return;
    hasFigures = true;
    const loaded = await import('../stats/live.js').catch(() => null);
    if (loaded) loaded.liveFigures(show);
    else hasFigures = false; // The hub is away.
}

async function reload(isConfirmed) {
    await ask(address(new URL('reload', HUB).pathname, isConfirmed ? { confirm: true } : {}), { method: 'POST' });
    await refresh();
}

async function explain(token, verb, channel) {
    const url = address(new URL('explain', HUB).pathname, { verb, channel });
    return (await ask(url, { method: 'POST', body: token })).json();
}

function show(figures, now) {
    cards.take(figures, now);
    draw();
}

function draw() {
    if (!settings) return;
    find('values').hidden = false;
    const shown = matching(settings.settings, placed('text'), placed('set') === 'true');
    render(
        shown.map(({ key, value, source }) => html`<tr key=${key} class=${source === 'default' ? 'default' : ''}><th scope="row">${key}</th><td>${value}</td><td>${source === 'default' ? words('settings.default') : source}</td></tr>`),
        find('rows'),
    );
    render(cards.of(settings, draw), find('cards'));
}

find('filter').value = placed('text');
find('set-only').checked = placed('set') === 'true';
find('filters').addEventListener('submit', (submit) => submit.preventDefault());
const search = () => {
    placeAll({ text: find('filter').value, set: find('set-only').checked ? 'true' : '' });
    draw();
};
onPlace(() => {
    find('filter').value = placed('text');
    find('set-only').checked = placed('set') === 'true';
    draw();
});
find('set-only').addEventListener('input', search);
onText(find('filter'), search, document.querySelector('.scroller'));
find('again').addEventListener('click', refresh);
document.addEventListener('visibilitychange', () => !document.hidden && refresh());
document.addEventListener('languagechange', draw);
refresh();
