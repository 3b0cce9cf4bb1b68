// The page of the connections: polls for the first of them, slow readers first.
import '../operator-words.js';
import '../stats-words.js';
import { find } from '../dom.js';
import { StateLine, frame } from '../frame.js';
import { HUB } from '../hub.js';
import { onPlace, place, placeAll, placed } from '../place.js';
import { reason } from '../reason.js';
import { Refused, address, ask } from '../requests.js';
import { onKey } from '../shortcuts.js';
import { onText } from '../typing.js';
import { number, put, set, words } from '../words.js';
import { Detail } from './detail.js';
import { Pace, held, pauseMs, rowsOf } from './model.js';
import { drawEnded, drawRows } from './table.js';

const PATH = new URL('connections', HUB).pathname;
const SHOWN = 50;
const TYPING_MS = 250;
const ORDERS = ['behind', 'bytes', 'oldest']; // Each shows the largest first.

frame();

const line = new StateLine();
const pace = new Pace();
const detail = new Detail(PATH, pace, () => refresh());
const unfolded = new Set();
let shown = [];
let matched = 0;
let ended = [];
let isHeld = false;
let isPaused = false;
let hasHistory = false;
let timer = null;
let asked = 0;

const order = () => (ORDERS.includes(placed('order')) ? placed('order') : 'behind');

async function refresh() {
    clearTimeout(timer);
    const mine = ++asked;
    let pause = 5000;
    try {
        const filter = placed('text') && { [placed('by') || 'sub']: placed('text') };
        const answer = await ask(address(PATH, { order: order(), limit: SHOWN, ended: 12, ...filter }), { headers: { Accept: 'application/json' } });
        const text = await answer.text();
        if (mine !== asked) return; // Another filter has been chosen since.
        pause = pauseMs(text.length);
        const found = JSON.parse(text);
        shown = isHeld ? held(shown, found.connections) : found.connections;
        ({ matched, ended } = found);
        pace.take(found.connections, performance.now());
        set(find('count-connections'), number(Object.values(found.open).reduce((sum, each) => sum + each, 0)));
        restoreChoice();
        line.show('open');
        followHistory();
    } catch (error) {
        if (mine !== asked) return;
        const isRefused = error instanceof Refused;
        line.show(isRefused ? 'failed' : 'waiting', { until: Date.now() + pause, why: () => (isRefused ? reason(error) : words('state.why.cut')) });
    }
    draw();
    if (!isPaused && !document.hidden) timer = setTimeout(refresh, pause);
}

/** Follows the statistics after the first view; whoever may see the connections may read these, too. */
async function followHistory() {
    if (hasHistory) return;
    hasHistory = true;
    const loaded = await import('./history.js').catch(() => null);
    if (loaded) loaded.drawHistory(() => isPaused);
    else hasHistory = false; // The hub is away.
}

function draw() {
    put(find('count'), shown.length < matched ? 'connections.first' : 'connections.count', { n: number(matched), shown: number(shown.length) });
    const choose = (connection) => {
        place('id', connection.id);
        detail.show(connection);
        draw();
        find('detail-title').focus();
    };
    const toggle = (kind) => {
        if (!unfolded.delete(kind)) unfolded.add(kind);
        draw();
    };
    drawRows(rowsOf(shown, unfolded), { pace, chosen: detail.id, choose, toggle });
    drawEnded(ended);
    detail.update([...shown, ...ended]);
    const none = find('none');
    none.hidden = shown.length > 0;
    if (shown.length === 0) put(none, placed('text') ? 'connections.none' : 'connections.nobody', { text: placed('text') });
    for (const each of document.querySelectorAll('.sort')) {
        each.closest('th').ariaSort = each.dataset.order === order() ? 'descending' : null;
    }
}

/** Shows the connection in the address, if the page has it. */
function restoreChoice() {
    if (detail.id === placed('id')) return;
    const connection = [...shown, ...ended].find(({ id }) => id === placed('id'));
    if (connection) detail.show(connection);
    else if (placed('id') === '') detail.hide();
}

find('by').value = placed('by') || 'sub';
find('filter').value = placed('text');
find('filters').addEventListener('submit', (submit) => submit.preventDefault());
const search = () => {
    placeAll({ by: find('by').value, text: find('filter').value });
    refresh();
};
onPlace(() => {
    find('by').value = placed('by') || 'sub';
    find('filter').value = placed('text');
    refresh();
});
find('by').addEventListener('input', search);
onText(find('filter'), search, find('scroller'), TYPING_MS);
for (const each of document.querySelectorAll('.sort')) {
    each.addEventListener('click', () => {
        place('order', each.dataset.order);
        refresh();
    });
}
const rows = find('rows');
for (const [event, holds] of [['pointerenter', true], ['pointerleave', false], ['focusin', true], ['focusout', false]]) {
    rows.addEventListener(event, () => (isHeld = holds));
}
find('pause').addEventListener('click', () => {
    isPaused = !isPaused;
    find('pause').ariaPressed = String(isPaused);
    if (isPaused) clearTimeout(timer);
    else refresh();
});
find('again').addEventListener('click', refresh);
onKey('Escape', () => detail.id !== undefined && detail.close());
document.addEventListener('visibilitychange', () => !document.hidden && !isPaused && refresh());
document.addEventListener('languagechange', draw);
refresh();
