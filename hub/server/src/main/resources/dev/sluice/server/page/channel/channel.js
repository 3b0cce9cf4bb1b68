// The page of a channel or a selection: shows its events live, over the transport that the user chooses.
import '../channel-words.js';
import { find } from '../dom.js';
import { StateLine, frame, remembered } from '../frame.js';
import { onPlace, place, placeAll, placed } from '../place.js';
import { reason } from '../reason.js';
import { onKey } from '../shortcuts.js';
import { whileSeen } from '../sight.js';
import { Subscription } from '../subscription.js';
import { onText } from '../typing.js';
import { clock, number, put, set, words } from '../words.js';
import { drawAround } from './around.js';
import { Choice, openPane } from './choice.js';
import { commands } from './commands.js';
import { Rate, follow } from './figures.js';
import { parse } from './filter.js';
import { apply, layoutOf } from './heads.js';
import { Inbox } from './inbox.js';
import { Items } from './items.js';
import { List } from './list.js';
import { Older } from './older.js';
import { isWithin, placePeriod, placedPeriod } from './period.js';
import { channel, firstEvents, from, selection } from './selection.js';

const DRAW_MS = 100;
// At rates that nobody can read, fewer draws suffice.
const DRAW_MS_MAX = 500;
const MS_PER_RATE = 2;
const SETTLE_MS = 500;
const HISTOGRAM_MS = 1000;
// Browsers limit connections per host: hidden pages close theirs and resume when visible again.
const UNSEEN_MS = 15_000;

frame();

const line = new StateLine();
const items = new Items();
const inbox = new Inbox(items);
const rate = new Rate();
const list = new List(() => {
    if (list.follows) fresh = 0;
    soon();
});
const older = new Older(items, (count) => {
    list.follows = list.follows && count === 0;
    log?.without(new Set(items.ids));
    update();
});
const subscription = new Subscription(selection, from, told, state);

// Parts that the first view does not need.
const openDrawer = () => import('./publish.js');
const openSearch = () => import('./search.js');

/** Shows that a part could not be loaded because the hub is away. */
const isAway = () => line.show('waiting', { why: () => words('problem.network') });

let fresh = 0; // New events below the visible part.
let received = 0;
let newest = null;
let isLive = false;
let isSettled = false; // The kept events have arrived; later ones are new.
let isKnown = !find('empty').hidden; // The hub has reported an empty channel, or the end of the kept events.
let timer = 0;
let filter = parse(placed('q'));
let period = placedPeriod();
let histogram = null; // A chart, loaded while the first events come.
let log = null; // The search through the whole log, once it is loaded.
let shown = [];
let shownFor = null;
let layout = null;
let drawnAt = 0;
let figures = new AbortController();

const choice = new Choice(items, list, () => shown, isAway);
find('events').ids = () => items.ids;

function told(said) {
    const { event, gap, heartbeat, text, closed } = said;
    if (event) {
        received++;
        newest = event;
        if (isSettled) rate.add(1, Date.now());
        histogram?.add(event);
        line.unseen(1);
    }
    if (heartbeat) caughtUp(heartbeat);
    if (event || gap || text !== undefined) take(said);
    if (closed) ended(closed);
}

function take(said) {
    if (inbox.take(said) && said.event && !list.follows) fresh++;
    soon();
}

function ended({ channel: name, cursor }) {
    take({ note: { kind: 'closed', name: 'events.closed', values: { channel: name } } });
    if (channel === null) return;
    find('closed').hidden = false;
    put(find('closed'), 'channel.ended', { at: newest ? clock(new Date(newest.time), false) : '–', id: newest?.id ?? cursor ?? '–' });
    for (const id of ['publish-open', 'publish-drawer']) find(id).hidden = true;
    knowFirst(received);
}

/** The list begins with the oldest kept event if there were fewer than the page requested. @param count of kept events */
function knowFirst(count) {
    if (firstEvents !== null && count < firstEvents) older.first ??= items.oldest;
}

function caughtUp({ behind }) {
    set(find('figure-behind'), number(behind));
    isKnown ||= behind === 0;
    if (behind === 0) knowFirst(received);
    soon();
}

function state(name, values = {}) {
    if (name === 'open') inbox.forgetText();
    if (name === 'open' && !isLive) {
        isLive = true;
        setTimeout(settle, SETTLE_MS);
    }
    if (name !== 'open') set(find('figure-behind'), '–');
    else if (find('figure-behind').textContent === '–') set(find('figure-behind'), '0');
    // The band below the list says how the channel ended; reconnecting would not help.
    if (name === 'ended' && !values.why) line.show('ended');
    else line.show(name === 'ended' ? 'failed' : name, { until: values.until, why: () => why(values.why) });
    soon();
}

/** Called when the kept events have arrived, which come all at once. Loads the parts that the first view does not need. */
function settle() {
    isSettled = true;
    // After the first view, so that they also open while the hub is away.
    openDrawer().catch(isAway);
    openPane().then(() => choice.seek(), isAway);
    Promise.all([openSearch(), loadHistogram()]).then(([search]) => beginSearch(search), isAway);
    soon();
}

async function loadHistogram() {
    const { Histogram } = await import('./histogram.js');
    if (histogram) return;
    histogram = new Histogram(choosePeriod, drawHistogram, filterByType);
    histogram.period = period;
    drawHistogram();
}

/** Counts the whole log for the histogram, and starts the search in the address. */
function beginSearch({ Search, countWhole }) {
    log = new Search(soon);
    log.asked = searchWhole;
    countWhole((timeline, looked, isWhole) => {
        if (timeline) histogram.count(timeline, items.all.filter(({ event }) => event).map(({ event }) => event));
        if (!isWhole) return;
        log.kept = looked;
        knowFirst(looked);
    }).catch(() => {}); // Without the counts, the histogram shows the events of the list.
    if (period || placed('whole')) searchWhole();
}

/** Searches the part of the log that the list lacks. */
function searchWhole() {
    if (!period) place('whole', '1');
    log?.run(placed('q'), period, items.oldest);
}

/** Drops the matches of the previous filter or period. */
function searchAnew() {
    log?.forget();
    update(true);
}

/** Shows only the events of a period; null shows all. */
function choosePeriod(chosen) {
    period = chosen;
    if (histogram) histogram.period = chosen;
    placePeriod(chosen);
    searchAnew();
    if (chosen) searchWhole();
}

function why(error) {
    if (error?.problem) return reason(error);
    if (error?.message === 'silent') return words('state.why.silent');
    return words('state.why.cut');
}

function soon() {
    if (!timer) timer = setTimeout(update, Math.min(DRAW_MS_MAX, Math.max(DRAW_MS, rate.at(Date.now()) * MS_PER_RATE)));
}

/** The items that match the filter and the period, together with the matches that the hub has found. */
function shownItems() {
    if (filter === null && period === null) return items.all;
    const inList = items.all.filter((item) => (filter === null || filter.matches(item)) && (period === null || isWithin(item, period)));
    return log && log.found.length > 0 ? [...log.found, ...inList] : inList;
}

/** The number of items removed at the front; negative if items were added there. */
function gone(before, after) {
    if (before.length === 0 || after.length === 0) return 0;
    const come = after.indexOf(before[0]);
    return come >= 0 ? -come : Math.max(0, before.indexOf(after[0]));
}

/** Draws all changes. @param isAnew true if the list has different contents than before */
function update(isAnew = false) {
    clearTimeout(timer);
    timer = 0;
    choice.find();
    const isSelecting = !getSelection().isCollapsed && find('events').contains(getSelection().anchorNode);
    if (!isSelecting || isAnew) {
        const before = shown;
        items.trim();
        shown = shownItems();
        layout = layoutOf(shown, channel === null, placed('columns') !== 'off');
        const key = JSON.stringify({ ...layout, columns: layout.columns !== null });
        if (key !== shownFor) apply(layout);
        shownFor = key;
        list.isOwn ||= isKnown || items.all.length > 0;
        list.show(shown, layout, filter?.needles ?? [], isAnew ? 0 : gone(before, shown));
    }
    drawAround({ items, shown, fresh, inbox, filter, period, layout, log, list, rate, isKnown, older });
    if (Date.now() - drawnAt > HISTOGRAM_MS || isAnew) drawHistogram();
}

function drawHistogram() {
    drawnAt = Date.now();
    histogram?.draw(shown, list.range, Date.now(), filter !== null || period !== null);
}

function connect(transport) {
    const label = words(`transport.${transport}`);
    set(find('figure-transport'), label);
    if (isLive) take({ note: { kind: 'switch', name: 'transport.from-here', values: { transport: label } } });
    subscription.connect(transport);
}

function pause() {
    inbox.toggle();
    place('pause', inbox.isPaused ? '1' : '');
    find('pause').ariaPressed = String(inbox.isPaused);
    line.flag(inbox.isPaused ? '❚❚' : '');
    if (!inbox.isPaused) list.toNewest();
    update();
}

function search(text) {
    filter = parse(text);
    placeAll({ q: text.trim(), whole: '' });
    searchAnew();
}

/** Turns the filter by this type on or off. */
function filterByType(type) {
    const term = /\s/.test(type) ? `"${type}"` : `type=${type}`;
    find('filter').value = find('filter').value.trim() === term ? '' : term;
    find('filter').dispatchEvent(new Event('search'));
}

/** Shows the view in the address. */
function restore() {
    find('filter').value = placed('q');
    filter = parse(placed('q'));
    period = placedPeriod();
    if (histogram) histogram.period = period;
    searchAnew();
    if (period || placed('whole')) searchWhole();
    choice.restore();
    if (inbox.isPaused !== (placed('pause') === '1')) pause();
}

/** Follows the channel's figures while the page is visible. */
function followFigures() {
    figures.abort();
    figures = new AbortController();
    if (channel !== null && !document.hidden) follow(channel, figures.signal);
}

function rest() {
    subscription.rest();
    figures.abort();
}

function wake() {
    followFigures();
    if (subscription.isResting) subscription.connect();
}

whileSeen(rest, wake, UNSEEN_MS);
onPlace(restore);
find('pause').addEventListener('click', pause);
find('to-newest').addEventListener('click', () => {
    fresh = 0;
    list.toNewest();
    update();
});
find('again').addEventListener('click', () => subscription.connect());
find('filter').value = placed('q');
onText(find('filter'), search, find('scroll'));
find('filter-clear').addEventListener('click', () => {
    find('filter').value = '';
    find('filter').dispatchEvent(new Event('search'));
    choosePeriod(null);
});
find('filter').addEventListener('keydown', (press) => press.key === 'Enter' && filter !== null && !older.hasAll && searchWhole());
find('period-clear').addEventListener('click', () => choosePeriod(null));
find('columns').addEventListener('click', () => {
    place('columns', placed('columns') === 'off' ? '' : 'off');
    update(true);
});
find('events').addEventListener('click', (click) => {
    const row = click.target.closest('.event');
    if (row && !click.target.closest('a') && getSelection().isCollapsed) choice.choose(row.dataset.id === choice.id ? null : row.dataset.id);
});
document.addEventListener('selectionchange', soon);
document.addEventListener('languagechange', () => {
    set(find('figure-transport'), words(`transport.${find('transport').value}`));
    shownFor = null; // Redraws the heads.
    soon();
    if (choice.id !== null) choice.choose(choice.id);
});
setInterval(soon, 1000);
onKey('j', () => choice.move(1));
onKey('k', () => choice.move(-1));
onKey('p', () => !find('publish-open').hidden && find('publish-open').click());
onKey('Escape', () => (choice.id !== null ? choice.close() : !find('publish-drawer').hidden && find('publish-close').click()));
commands();
loadHistogram().catch(isAway);
find('publish-open').addEventListener('click', () => openDrawer().then(({ toggle }) => toggle(channel, () => items.newest), isAway));
remembered(find('transport'), 'transport', connect);
connect(find('transport').value);
followFigures();
if (placed('pause') === '1') pause();
