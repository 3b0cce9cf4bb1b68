// The hub's page: a live list of its channels.
import { StateLine, announce, find, frame, make, remembered } from './frame.js';
import { HUB, link } from './hub.js';
import { reason } from './publish.js';
import { Refused, page } from './transports.js';
import { age, bytes, clock, exactly, number, put, set, words } from './words.js';

const CHANNELS = new URL('channels', HUB).pathname;
const EVERYTHING = `${CHANNELS}?name=**`;
// An end or a deletion is not an event: at least this often the page checks whether the head of the log has moved.
const WAIT_SECONDS = 5;
const ROWS = 200;
const CHANNELS_MAX = 10_000;
// On a busy hub the page pauses between updates; longer if listing its many channels takes long.
const PAUSE_MS = 1000;
const PAUSE_FACTOR = 10;
const WAIT_MS_MAX = 30_000;

frame();

const line = new StateLine();
const body = find('rows');
const rows = new Map();
let channels = [];
let hasMore = false;
let shownMax = ROWS;
let stops = new AbortController();

/** Reads all channels, page by page. */
async function list(signal) {
    const all = [];
    let after;
    do {
        const part = await page(CHANNELS, { limit: 1000, ...(after && { after }) }, signal);
        all.push(...part.channels);
        after = part.next;
    } while (after && all.length < CHANNELS_MAX);
    hasMore = Boolean(after);
    return all;
}

// Polls for any change, then reads the list. Counting events by reading all of them could be unlimited traffic, and
// this page shows no event.
async function follow(signal) {
    for (;;) {
        const { cursor } = await page(EVERYTHING, { after: 'latest' }, signal);
        const began = Date.now();
        channels = await list(signal);
        line.show('open');
        draw();
        await new Promise((resolve) => setTimeout(resolve, Math.max(PAUSE_MS, PAUSE_FACTOR * (Date.now() - began))));
        await grown(cursor, signal);
    }
}

/** Waits until there is an event after the cursor, or something has been deleted. */
async function grown(cursor, signal) {
    const asked = { limit: 1, wait: WAIT_SECONDS };
    for (let after = cursor; ; ) {
        const said = await page(EVERYTHING, { ...asked, after }, signal);
        if (said.events.length > 0 || said.gap || said.cursor !== after) return;
        after = said.cursor;
    }
}

async function run({ signal }) {
    for (let failures = 0; !signal.aborted; ) {
        line.show('connecting');
        const began = Date.now();
        try {
            await follow(signal);
        } catch (error) {
            if (signal.aborted) return;
            const why = () => (error instanceof Refused ? reason(error) : words('state.why.cut'));
            if (error instanceof Refused && error.retryMs === undefined) return line.show('failed', { why });
            if (Date.now() - began > WAIT_MS_MAX) failures = 0;
            const ms = Math.max(error.retryMs ?? 0, Math.random() * Math.min(WAIT_MS_MAX, 1000 * 2 ** failures++));
            line.show('waiting', { until: Date.now() + ms, why });
            await new Promise((resolve) => setTimeout(resolve, ms));
        }
    }
}

function start() {
    stops.abort();
    stops = new AbortController();
    run(stops);
}

/** The channels that match the filter, in the chosen order. */
function chosen() {
    const text = find('filter').value.trim().toLowerCase();
    const some = text === '' ? channels : channels.filter((each) => each.name.toLowerCase().includes(text));
    return find('order').value === 'name' ? some : [...some].sort((one, other) => (one.time < other.time ? 1 : -1));
}

function draw() {
    const some = chosen();
    const shown = some.slice(0, shownMax);
    const names = new Set(shown.map((each) => each.name));
    for (const [name, row] of rows) {
        if (names.has(name)) continue;
        row.remove();
        rows.delete(name);
    }
    if (rows.size === 0) body.replaceChildren(); // Remove the static rows of the server.
    shown.forEach((channel, i) => {
        const row = rows.get(channel.name) ?? begin(channel);
        fill(row, channel);
        if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null);
    });
    const newest = Math.max(0, ...channels.map((each) => Date.parse(each.time)));
    if (newest > 0) line.newest(newest);
    around(some.length);
}

/** Updates the parts around the list. */
function around(count) {
    const text = find('filter').value.trim();
    const isFiltered = text !== '';
    const values = { shown: number(count), n: number(channels.length) };
    put(find('count'), isFiltered ? 'channels.shown' : 'channels.count', values);
    announce('channels', () => find('count').textContent);
    find('channels').hidden = count === 0;
    find('empty').hidden = channels.length > 0;
    find('none').hidden = count > 0 || channels.length === 0;
    put(find('none'), 'channels.none', { text });
    find('more').hidden = count <= shownMax;
    put(find('more'), 'channels.more', { n: number(Math.min(ROWS, count - shownMax)) });
    find('open').hidden = !isFiltered || channels.some((each) => each.name === text);
    find('open').href = link(text);
    put(find('open'), 'channels.open', { text });
    find('part').hidden = !hasMore;
    put(find('part'), 'channels.part', { n: number(channels.length) });
}

function begin({ name }) {
    const row = make('tr');
    const head = make('th');
    head.scope = 'row';
    const anchor = make('a', 'name', name);
    anchor.href = link(name);
    head.append(anchor);
    row.append(head, make('td', 'figure'), make('td', 'figure'), make('td', 'figure'), make('td'));
    row.cells[4].append(make('span', 'status'));
    rows.set(name, row);
    return row;
}

function fill(row, { events, bytes: size, time, closed }) {
    set(row.cells[1], number(events));
    set(row.cells[2], bytes(size));
    const at = new Date(time);
    row.cells[3].at = at.getTime();
    row.cells[3].title = `${clock(at)}\n${exactly(at)}`;
    tick(row);
    const status = row.cells[4].firstChild;
    status.dataset.status = closed ? 'ended' : 'open';
    put(status, closed ? 'status.ended' : 'status.open');
}

function tick(row) {
    set(row.cells[3], age(Math.max(0, Date.now() - row.cells[3].at)));
}

set(find('command'), `curl -d hello ${HUB}channels/news`);
remembered(find('order'), 'order', draw);
find('filter').addEventListener('input', draw);
find('more').addEventListener('click', () => {
    shownMax += ROWS;
    draw();
});
find('again').addEventListener('click', start);
document.addEventListener('languagechange', draw);
document.addEventListener('visibilitychange', () => (document.hidden ? stops.abort() : start()));
setInterval(() => rows.forEach(tick), 1000);
start();
