// The page of a channel or a selection: shows its events live, over the transport that the user chooses.
import { StateLine, find, frame, remembered } from './frame.js';
import { HUB, link } from './hub.js';
import { publishBox, reason } from './publish.js';
import { Subscription } from './subscription.js';
import { address, page } from './transports.js';
import { View } from './view.js';
import { clear, number, put, set, words } from './words.js';

const FIRST_EVENTS = 50;
const OLDER_EVENTS = 100;
const PAGED_MAX = 2000;
const SETTLE_MS = 500;
// Browsers limit connections per host: hidden pages close theirs, and resume when they are shown again.
const UNSEEN_MS = 15_000;

frame();

// The address of the page defines the selection, by its path or names, and the start.
const asked = new URLSearchParams(location.search);
const names = asked.getAll('name');
const selection = location.pathname + (names.length > 0 ? `?${new URLSearchParams(names.map((each) => ['name', each]))}` : '');
const path = decodeURIComponent(location.pathname.slice(HUB.pathname.length)).replace(/^channels\/?/, '');
const single = names.length === 1 ? names[0] : path;
const channel = names.length > 1 || single.split('/').some((each) => each.includes('*')) ? null : single;
const filters = {};
for (const name of ['type', 'conflate', 'coalesce']) if (asked.has(name)) filters[name] = asked.get(name);
const begins = ['after', 'since', 'last', 'snapshot'].filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]);
const from = begins.length > 0 ? { ...filters, ...Object.fromEntries(begins) } : { ...filters, last: FIRST_EVENTS };

const line = new StateLine();
const view = new View(find('events'), find('scroll'), channel === null, changed);
const subscription = new Subscription(selection, from, told, state);
let received = 0;
let newest = '';
let first = null; // The id of the oldest retained event, once it is known.
let isLive = false;
let isPaused = false;

function told(said) {
    const { event, gap, heartbeat, text, closed } = said;
    if (event) {
        received++;
        newest = event.time;
    }
    if (heartbeat) caughtUp(heartbeat);
    if (text !== undefined) newest = new Date().toISOString();
    if (event || gap || text !== undefined) view.add(said);
    if (closed) view.add({ note: { kind: 'closed', name: 'events.closed', values: { channel: closed.channel } } });
}

function caughtUp({ behind }) {
    line.figure('behind', number(behind));
    // The page requested more events than there are, so it has all of them.
    if (first === null && behind === 0 && from.last === FIRST_EVENTS && received < FIRST_EVENTS) {
        first = view.oldest;
        above(0);
    }
}

function state(name, values = {}) {
    if (name === 'connecting') view.forgetText();
    if (name === 'open' && !isLive) {
        isLive = true;
        setTimeout(settle, SETTLE_MS);
    }
    if (name !== 'open') line.figure('behind', '–');
    line.show(name === 'ended' && values.why ? 'failed' : name, { until: values.until, why: () => why(name, values.why) });
}

/** Existing events arrive at once; if there are none, shows that the channel is empty. */
function settle() {
    find('empty').hidden = find('events').childElementCount > 0;
}

function why(name, error) {
    if (error?.problem) return reason(error);
    if (error?.message === 'silent') return words('state.why.silent');
    return words(name === 'ended' ? 'state.ended.channel' : 'state.why.cut');
}

function changed({ waiting, follows, shown, rows, isEmpty }) {
    line.figure('received', number(received));
    if (newest !== '') line.newest(Date.parse(newest));
    find('to-newest').hidden = follows || waiting === 0 || isPaused;
    put(find('to-newest'), 'events.to-newest', { n: number(waiting) });
    if (isPaused && waiting > 0) put(find('pause'), 'pause.waiting', { n: number(waiting) });
    else put(find('pause'), isPaused ? 'pause.go-on' : 'pause');
    const isFiltered = find('filter').value.trim() !== '';
    find('filter-shown').hidden = !isFiltered;
    if (isFiltered) put(find('filter-shown'), 'filter.shown', { shown: number(shown), n: number(rows) });
    if (!isEmpty) find('empty').hidden = true;
    find('older-row').hidden = isEmpty;
    above(rows);
}

function connect(transport) {
    const label = find('transport').selectedOptions[0].dataset.t;
    set(find('figure-transport'), words(label));
    if (isLive) view.add({ note: { kind: 'switch', name: 'transport.from-here', values: { transport: words(label) } } });
    subscription.connect(transport);
}

async function older() {
    const before = view.oldest;
    if (before === null) return;
    find('older').disabled = true;
    set(find('older-said'), '');
    try {
        const { events } = await page(selection, { ...filters, before, limit: OLDER_EVENTS });
        if (events.length < OLDER_EVENTS) first = events[0]?.id ?? before;
        view.prepend(events);
    } catch (error) {
        set(find('older-said'), reason(error));
    }
    find('older').disabled = false;
}

/** Updates the control above the list: a button for older events, or the reason why there is none. */
function above(rows) {
    const oldest = view.oldest;
    const isAll = oldest !== null && oldest === first;
    const isTooMuch = rows > PAGED_MAX; // Still older events have to be read without the page.
    find('older').hidden = isAll || isTooMuch;
    if (isAll) put(find('older-said'), 'events.oldest');
    else if (find('older-said').dataset.t) clear(find('older-said'));
    find('older-json').hidden = isAll || !isTooMuch;
    if (isTooMuch) {
        find('older-json').href = address(selection, { ...filters, before: oldest, limit: 1000, as: 'json' });
    }
}

/** Commands to copy, with the address of this hub. */
function commands() {
    const url = `${location.origin}${link(channel ?? '').replaceAll("'", '%27')}`;
    set(find('command-empty'), `curl -d hello '${url}'`);
    set(find('command-publish'), `curl -d hello '${url}'`);
    set(find('command-pipe'), `vmstat -n 1 | curl -sS -X POST -T - '${url}?split=line'`);
    set(find('command-read'), `curl -N '${address(selection, { as: 'sse', last: 10 }).href.replaceAll("'", '%27')}'`);
    for (const each of document.querySelectorAll('.for-channel')) each.hidden = channel === null;
}

function pause() {
    isPaused = !isPaused;
    find('pause').ariaPressed = String(isPaused);
    view.paused = isPaused;
    if (!isPaused) view.toNewest();
}

let unseen = 0;
document.addEventListener('visibilitychange', () => {
    clearTimeout(unseen);
    if (document.hidden) unseen = setTimeout(() => subscription.rest(), UNSEEN_MS);
    else if (subscription.isResting) subscription.connect();
});

find('pause').addEventListener('click', pause);
find('to-newest').addEventListener('click', () => view.toNewest());
find('older').addEventListener('click', older);
find('again').addEventListener('click', () => subscription.connect());
find('filter').addEventListener('input', (input) => (view.filter = input.target.value));
document.addEventListener('languagechange', () => set(find('figure-transport'), words(`transport.${find('transport').value}`)));
commands();
publishBox(channel);
remembered(find('transport'), 'transport', connect);
connect(find('transport').value);
