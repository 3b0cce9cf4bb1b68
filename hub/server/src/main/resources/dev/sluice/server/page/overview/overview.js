// The overview: the hub's figures, its channels and a sample of new events. It follows the hub's own statistics, which
// are channels, and reads the list of channels again only from time to time.
import '../overview-words.js';
import '../stats-words.js';
import { announce } from '../announce.js';
import { follow } from '../client-state.js';
import { find } from '../dom.js';
import { StateLine, frame } from '../frame.js';
import { HUB, link } from '../hub.js';
import { onPlace, place, placed } from '../place.js';
import { reason } from '../reason.js';
import { Refused, ask, page } from '../requests.js';
import { whileSeen } from '../sight.js';
import { Figures } from '../stats/figures.js';
import { fill, statistics } from '../stats/live.js';
import { onText } from '../typing.js';
import { age, bytes, number, put, set, words } from '../words.js';
import { Channels } from './channels.js';
import { BY, arrange } from './order.js';
import { drawRows } from './table.js';
import { drawTiles } from './tiles.js';

const CHANNELS = new URL('channels', HUB).pathname;
const LISTED = 500;
const SEARCHED = 10_000; // While there is a filter, more channels are listed.
const ROWS = 200;
const LIST_MS = 5000;
const LIST_MS_MAX = 300_000;
// A small hub shows all of its channels at once; in a large one each first segment is one row.
const OPEN_MAX = 40;
const CHILDREN_MAX = 4;
const SORT_MS = 4000;

frame();

const line = new StateLine();
const figures = new Figures();
const channels = new Channels(JSON.parse(find('known').textContent));
const folds = new Map(); // The visitor's choice for each row of the tree: no, some or all channels.
const checks = new Map(); // The states of Sense's checks, if the hub runs Sense.
let areChecksKnown = false; // Until then, the page shows the number that the server wrote.
const sense = document.querySelector('.side a[href$="sense/"] .count');
let isHeld = false; // While the pointer or the focus is in the list.
let sortedAt = 0;
let order = [];
let shownMax = ROWS;
let listMax = LISTED;
let stops = new AbortController();
let sluice = null;
let listedAt = 0;
let isListing = false;
let isPaused = false;
let isRefused = !find('refused').hidden; // The visitor may not list the channels.
let isBlind = find('tiles').hidden; // The visitor may not read the statistics.
let isOut = isRefused && isBlind; // The visitor may do neither: there is nothing to follow.
let later = null; // Modules loaded after the first view: the live sample, the list of problems, and the charts.
let isLoading = false;

const sortBy = () => (BY[placed('sort')] ? placed('sort') : 'rate');

/** Reads the statistics: the history of the hub, and the busiest channels. */
function connect() {
    sluice = follow(statistics(), line);
    fill(figures, sluice, () => {
        isBlind = true;
        if (isRefused) list(stops.signal); // Shows the refusal.
    });
    if (find('nodes-line')) import('./nodes.js').then(({ followNodes }) => followNodes(sluice), () => {}); // The next client tries again.
    if (sense) {
        checks.clear(); // A snapshot lacks those that have been removed.
        sluice.channel('sense/state', { snapshot: true })
            .on('*', ({ key, data }) => {
                areChecksKnown = true;
                if (data) checks.set(key, data.state);
                else checks.delete(key);
            })
            .on('error', () => {}); // The visitor may not see them.
    }
    sluice.channel('$stats/channels', { snapshot: true }).on('*', (event) => event.data && channels.take(event) && soon()).on('error', () => {});
}

async function loadLater() {
    if (isLoading) return;
    isLoading = true;
    try {
        const [{ Tail }, { drawLook }, { Charts }, { commands }] = await Promise.all([import('./tail.js'), import('./look.js'), import('./charts.js'), import('./commands.js')]);
        later = { tail: new Tail(), drawLook, charts: new Charts(() => drawCharts(Date.now())) };
        commands();
    } catch {
        isLoading = false; // The hub is away: the next tick tries again.
    }
}

/** Lists the channels soon, because there is a new one. */
function soon() {
    listedAt = Math.min(listedAt, Date.now() - LIST_MS + 500);
}

async function list(signal) {
    if (isListing) return;
    isListing = true;
    try {
        const all = [];
        const most = find('filter').value.trim() === '' ? listMax : SEARCHED;
        let after;
        do {
            const part = await page(CHANNELS, { limit: Math.min(1000, most - all.length), ...(after && { after }) }, signal);
            all.push(...part.channels);
            after = part.next;
        } while (after && all.length < most);
        channels.list(all, Boolean(after));
        isRefused = false;
        if (isOut) {
            isOut = isBlind = false; // The visitor has logged in on another page.
            connect();
        }
    } catch (error) {
        const wasOut = isOut; // The server already wrote the page that way.
        isRefused = [401, 403].includes(error.problem?.status);
        isOut = isRefused && isBlind;
        if (isOut) sluice?.close();
        if (error instanceof Refused && error.retryMs === undefined && !wasOut) line.show('failed', { why: () => reason(error) });
    }
    if (!signal.aborted) listedAt = Date.now();
    isListing = false;
}

/** Sorts rows, or keeps their order while somebody reads them and for some seconds after the last sort. */
const sorted = (rows, now) => arrange(rows, sortBy(), isHeld || now - sortedAt < SORT_MS ? order : null);

function rows(now) {
    const text = find('filter').value.trim();
    return sorted(text === '' ? channels.tree() : channels.rows(text), now);
}

/** The rows to draw: the rows of the tree, each open one followed by its channels. */
function unfolded(tops, now) {
    const usual = channels.count <= OPEN_MAX ? 'some' : 'none';
    const all = [];
    for (const row of tops) {
        const fold = folds.get(row.name) ?? usual;
        all.push({ row, depth: 0, isOpen: fold !== 'none' });
        if (fold === 'none' || row.count === 1) continue;
        const children = sorted(row.children, now).rows;
        const some = fold === 'all' || children.length <= CHILDREN_MAX + 1 ? children : children.slice(0, CHILDREN_MAX);
        for (const child of some) all.push({ row: child, depth: 1, isOpen: false });
        if (some.length < row.count) all.push({ row: { ...row, name: `${row.name}…`, rest: row.count - some.length, of: row.name, isLoaded: children.length >= row.count }, depth: 1, isOpen: false });
        if (all.length > shownMax) break;
    }
    return all;
}

/** Opens or closes a group; if the page has not loaded all its channels, filters by its name instead. */
function fold(name, state, isLoaded = true) {
    if (!isLoaded) {
        find('filter').value = name;
        find('filter').dispatchEvent(new Event('search'));
        return;
    }
    folds.set(name, state);
    draw();
}

function drawCharts(now) {
    drawTiles(figures, now, later?.charts.crosshair.at ?? null);
    later?.charts.draw(figures, now);
}

function draw() {
    if (isPaused) return;
    const now = Date.now();
    const { rows: tops, moved } = rows(now);
    const all = unfolded(tops, now);
    drawRows(all.slice(0, shownMax), fold, now);
    if (!isHeld && now - sortedAt >= SORT_MS) sortedAt = now;
    order = all.map(({ row }) => row.name);
    find('moved').hidden = moved === 0 || !isHeld;
    put(find('moved'), 'channels.moved', { n: number(moved) });
    if (line.isOpen) figures.know(now);
    find('tiles').hidden = isBlind; // They would never show a figure.
    drawCharts(now);
    const down = [...checks.values()].filter((state) => state === 'down').length;
    if (areChecksKnown) set(sense, down > 0 ? words('look.down.short', { n: number(down) }) : '');
    later?.drawLook(figures, down, !line.isLost && figures.now('traffic') !== null);
    around(all.length, tops.length);
    drawHub(now);
    const published = figures.now('traffic')?.published ?? 0;
    set(find('now-rate'), published > 0 ? words('now.rate', { n: number(published) }) : '');
}

/** Updates the foot and the counts of the navigation. */
function drawHub(now) {
    const hub = figures.now('hub');
    const heap = figures.now('capacity')?.heapBytes;
    const open = figures.now('traffic')?.connections;
    if (open !== undefined) set(find('count-connections'), number(open));
    const facts = find('hub-facts');
    if (hub && heap) set(facts, words('hub.facts', { version: facts.dataset.version, memory: bytes(heap.used), age: age(now - Date.parse(hub.started)) }));
}

/** Updates the parts around the list. */
function around(count, tops) {
    const text = find('filter').value.trim();
    const total = channels.isCounted ? number(channels.count) : `${number(channels.count)}+`;
    if (text !== '') put(find('count'), 'channels.shown', { shown: number(tops), n: total });
    else if (!isRefused) put(find('count'), 'channels.count', { n: total });
    set(find('count-channels'), isRefused ? '' : total);
    announce('channels', () => find('count').textContent);
    const isEmpty = channels.count === 0 && listedAt > 0;
    find('channels').hidden = count === 0;
    find('empty').hidden = !isEmpty || isRefused;
    find('refused').hidden = !isRefused;
    find('none').hidden = isEmpty || count > 0 || listedAt === 0;
    put(find('none'), 'channels.none', { text });
    find('more').hidden = count <= shownMax && !channels.hasMore;
    put(find('more'), 'channels.more');
    find('open').hidden = text === '' || channels.has(text);
    find('open').href = link(text);
    put(find('open'), 'channels.open', { text });
    for (const head of document.querySelectorAll('[data-sort]')) {
        head.parentElement.ariaSort = head.dataset.sort === sortBy() ? (sortBy() === 'name' ? 'ascending' : 'descending') : 'none';
    }
}

function tick() {
    if (document.hidden) return;
    channels.tick(Date.now(), line.isOpen);
    const wait = Math.min(LIST_MS_MAX, LIST_MS * Math.max(1, channels.count / 20));
    if (Date.now() - listedAt >= wait) list(stops.signal).then(draw);
    loadLater();
    const isQuiet = figures.now('traffic') !== null && !figures.now('traffic').published;
    if (later && !isPaused && !isOut && (later.tail.isEmpty || !isQuiet)) later.tail.sample(stops.signal);
    draw();
}

function pause() {
    isPaused = !isPaused;
    place('pause', isPaused ? '1' : '');
    line.flag(isPaused ? '❚❚' : '');
    find('pause').ariaPressed = String(isPaused);
    put(find('pause-word'), isPaused ? 'pause.go-on' : 'pause');
    draw();
}

/** Holds the order while the pointer or the focus is in the list. */
function hold() {
    const box = find('rows');
    isHeld = box.matches(':hover') || box.contains(document.activeElement);
}

/** Sorts at once. */
function sortNow() {
    isHeld = false;
    sortedAt = 0;
    draw();
    hold();
}

async function first() {
    find('first').disabled = true;
    try {
        await ask(new URL(link('news'), location.origin), { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: words('channels.first.data') });
        soon();
    } catch (error) {
        set(find('first-said'), error.problem?.detail ?? words('problem.network'));
    } finally {
        find('first').disabled = false;
    }
}

for (const name of ['pointerover', 'pointerleave', 'focusin', 'focusout']) {
    find('channels').addEventListener(name, () => queueMicrotask(hold));
}
find('channels').addEventListener('click', (click) => {
    const head = click.target.closest('[data-sort]');
    if (!head) return;
    place('sort', head.dataset.sort === 'rate' ? '' : head.dataset.sort);
    sortNow();
});
find('moved').addEventListener('click', sortNow);
find('filter').value = placed('q');
onText(find('filter'), (text) => {
    place('q', text.trim());
    if (channels.hasMore && text.trim() !== '') list(stops.signal).then(sortNow);
    sortNow();
}, find('scroller'));
find('more').addEventListener('click', () => {
    shownMax += ROWS;
    if (channels.hasMore) {
        listMax += LISTED;
        list(stops.signal).then(draw);
    }
    draw();
});
find('pause').addEventListener('click', pause);
find('first').addEventListener('click', first);
document.addEventListener('languagechange', draw);

function rest() {
    stops.abort();
    sluice?.close();
}

function wake() {
    if (!stops.signal.aborted) return;
    stops = new AbortController();
    if (!isOut) connect();
    tick();
}

whileSeen(rest, wake);
onPlace(() => {
    find('filter').value = placed('q');
    if (isPaused !== (placed('pause') === '1')) pause();
    sortNow();
});
if (isOut) line.show('failed');
else connect();
loadLater();
list(stops.signal).then(draw);
setInterval(tick, 1000);
if (placed('pause') === '1') pause();
