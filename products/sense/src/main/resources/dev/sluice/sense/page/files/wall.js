// The wall: all checks, the worst first, live. It answers the question whether anything is down.
import { clear, clock, find, HUB, number, put, set, stateLine } from '../../page/program.js';
import { ask, checkPage, refuse } from './api.js';
import { Alarm } from './alarm.js';
import { Board, filterOf, held, moved } from './board.js';
import { named } from './fields.js';
import { connect } from './live.js';
import { Samples } from './samples.js';
import { milliseconds } from './strip.js';
import { Tile } from './tile.js';

/** `?wall` was the address of the wall screen before it had its own page. */
if (new URLSearchParams(location.search).has('wall')) find('sense').classList.add('sense-wall');
const IS_BIG = find('sense').classList.contains('sense-wall');

/** The maximum number of tiles in the page; the filter finds the others. */
const TILES_MAX = 200;

/** The number of tiles in the first drawing, more than a screen shows; the next drawing adds the others. */
const TILES_FIRST = 48;

/** Sense publishes its own state once a second. If none arrives for this long, Sense does not run checks. */
const SILENCE_MS = 10_000;

/** Limits for the lateness of runs and for the backlog, above which the wall shows a warning. */
const DRIFT_MS = 1_000;
const BACKLOG_MS = 5_000;

/** After a drawing that takes longer than this, the next one waits for a multiple of that time. */
const SLOW_DRAW_MS = 10;
const DRAW_PART = 4;

/**
 * Sizes of the wall screen in pixels at the usual width, as in the style sheet: a tile with its gap, the gap,
 * the space around and below the tiles, and the line about hidden checks.
 */
const TILE = { width: 436, height: 200 };
const GAP = 16;
const AROUND = 40;
const BELOW = 28;
const LINE = 64; // Includes its gap.
const USUAL_WIDTH = 2560;
const PHONE = matchMedia('(max-width: 48rem)');

const board = new Board();
const tiles = new Map();
let shown = [];
let self = null;
let heard = null; // When Sense last published its own state.
let isComplete = false; // Whether all states have arrived.
let isOpen = false;
let lost = null; // When the connection was lost.
let isDue = false;
let frame = 0; // The request of the next drawing.
let drawMs = 0; // The duration of the last drawing.

const sluice = connect();
const samples = new Samples(sluice, (name, sample) => tiles.get(name)?.take(sample));

sluice.on('state', ({ state }) => {
    isOpen = state === 'open';
    if (isOpen) lost = null;
    else if (state !== 'connecting' && state !== 'idle') lost ??= new Date();
    soon();
});
sluice.channel('sense/state', { snapshot: true }).on('*', (event) => {
    if (event.type === 'state' || event.removed) board.take(event);
    soon();
});
sluice.channel('sense/self', { snapshot: true }).on('self', ({ data }) => {
    self = data;
    heard = Date.now();
    isComplete ||= board.size >= data.checks;
    if (board.size > data.checks) forget();
    soon();
});

const alarm = new Alarm((name) => board.get(name)?.title ?? name);
sluice.channel('sense/alerts').on('*', (event) => alarm.take(event));

let isForgetting = false;

/** Removes checks that were deleted while Sense was not running; the channel may still contain them. */
async function forget() {
    if (isForgetting) return;
    isForgetting = true;
    try {
        const { checks } = await ask('checks');
        board.keep(checks.map(({ name }) => name));
    } catch {
        // The attempt is repeated a second later.
    }
    isForgetting = false;
    soon();
}

/** Draws before the next paint, once for all events until then; if drawing takes long, less often. */
function soon() {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
        isDue = false;
        flag(); // A tab in the background has only its title: browsers request no frames of it.
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => {
            const start = performance.now();
            draw();
            drawMs = performance.now() - start;
        });
    }, drawMs < SLOW_DRAW_MS ? 0 : drawMs * DRAW_PART);
}

/** Shows in the title of the page how many checks are down. */
function flag() {
    const down = board.counts().down ?? 0;
    stateLine().flag(isSilent() ? '?' : down > 0 ? `✕ ${number(down)}` : '');
}

const isHeld = () => find('tiles').matches(':hover, :focus-within');
const isSilent = () => isOpen && heard !== null && Date.now() - heard > SILENCE_MS;

function draw() {
    const wanted = board.order(IS_BIG ? '' : find('filter').value);
    const order = isHeld() ? held(shown, wanted) : wanted;
    drawHead();
    drawClock();
    drawSelf();
    drawTiles(order.slice(0, limit(order.length)));
    shown = order;
    const places = moved(order, wanted);
    find('moved').hidden = places === 0;
    put(find('moved'), 'sense.moved', { n: number(places) });
    drawRest(order);
    find('empty').hidden = !(isComplete && board.size === 0);
    find('sense').toggleAttribute('data-loading', !isComplete && board.size === 0);
}

/** Returns the number of tiles that fit: a wall screen does not scroll. */
function limit(all) {
    if (!IS_BIG || PHONE.matches) return tiles.size === 0 ? TILES_FIRST : TILES_MAX;
    const { clientWidth } = find('main');
    const pixel = Math.max(1, innerWidth / USUAL_WIDTH);
    const height = find('main').getBoundingClientRect().bottom - find('tiles').getBoundingClientRect().top;
    const room = height / pixel - BELOW + GAP; // There is no gap below the last row.
    const columns = Math.max(1, Math.floor((clientWidth / pixel - AROUND) / TILE.width));
    const places = (space) => columns * Math.max(1, Math.floor(space / TILE.height));
    return all <= places(room) ? all : places(room - LINE);
}

function drawTiles(names) {
    const list = find('tiles');
    const now = new Set(names);
    for (const [name, tile] of tiles) {
        if (now.has(name)) continue;
        tile.element.remove();
        samples.unwatch(tile.element);
        tiles.delete(name);
    }
    names.forEach((name, i) => {
        if (!tiles.has(name)) {
            const tile = new Tile(IS_BIG);
            tiles.set(name, tile);
            samples.watch(tile.element, name);
        }
        const tile = tiles.get(name);
        tile.draw(board.get(name), (other) => board.get(other)?.title ?? other);
        if (list.children[i] !== tile.element) list.insertBefore(tile.element, list.children[i] ?? null);
    });
}

function drawRest(order) {
    const rest = order.length - tiles.size;
    const isNone = order.length === 0 && board.size > 0;
    find('more').hidden = rest === 0 && !isNone;
    if (isNone) put(find('more'), 'sense.none');
    else if (rest > 0) put(find('more'), order.slice(tiles.size).every((name) => board.get(name).state === 'up') ? 'sense.more.well' : IS_BIG ? 'sense.more.wall' : 'sense.more', { n: number(rest) });
}

function drawHead() {
    const head = find('head');
    find('sense').toggleAttribute('data-stale', lost !== null || isSilent());
    if (lost !== null) {
        say('unknown', 'sense.head.lost', { since: clock(lost, false) });
    } else if (isSilent()) {
        say('unknown', 'sense.head.silent', { since: clock(new Date(heard), false) });
    } else if (board.size > 0) {
        const { state, name, values } = board.headline();
        say(state, name, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typeof value === 'number' ? number(value) : value])));
    } else if (isComplete) {
        say('unknown', 'sense.head.none');
    }
    function say(state, name, values) {
        head.dataset.state = state;
        set(find('headline-sign'), { up: '✓', slow: '~', warning: '!', failing: '!', down: '✕', unknown: '?' }[state]);
        put(find('headline'), name, values);
    }
    const changed = board.changed();
    if (changed > 0) put(find('subline'), 'sense.changed', { time: clock(new Date(changed), false) });
    else clear(find('subline'));
}

/** Shows the time on the wall screen: a clock that has stopped reveals a frozen page. */
function drawClock() {
    if (IS_BIG) set(find('clock'), clock(new Date(), false).slice(0, -3));
}

/** Shows the state of Sense itself: a monitor that silently stops checking is the worst failure. */
function drawSelf() {
    if (!self) return;
    const isLate = self.drift_p99_ms > DRIFT_MS || self.backlog_ms > BACKLOG_MS;
    find('drift').hidden = false;
    find('drift').classList.toggle('late', isLate);
    put(find('drift'), isLate ? 'sense.self.late' : 'sense.self', {
        drift: milliseconds(self.drift_p99_ms),
        backlog: milliseconds(self.backlog_ms),
    });
    find('waiting').hidden = self.outbox_waiting === 0;
    put(find('waiting'), 'sense.self.waiting', { waiting: number(self.outbox_waiting) });
    const kind = ['database', 'incidents', 'network', 'file', 'hub', 'servers', 'heartbeat'].find((each) => self[`${each}_problem`]);
    find('trouble').hidden = !kind;
    if (kind) put(find('trouble'), `sense.self.${kind}`, { problem: self[`${kind}_problem`] });
}

find('moved').addEventListener('click', () => {
    shown = board.order(find('filter').value);
    drawTiles(shown.slice(0, limit(shown.length)));
    find('moved').hidden = true;
});
find('tiles').addEventListener('pointerleave', soon);
find('tiles').addEventListener('focusout', soon);
addEventListener('resize', soon);
document.addEventListener('languagechange', () => {
    alarm.draw();
    soon();
});
setInterval(soon, 1000);

// The filter is in the fragment of the address, which is not sent to the hub.
find('filter').value = filterOf(location.hash);
find('filter').addEventListener('input', () => {
    const { value } = find('filter');
    history.replaceState(null, '', value ? `#q=${encodeURIComponent(value)}` : location.pathname + location.search);
    soon();
});

set(find('command'), `curl -X PUT ${new URL('sense/api/checks/web', HUB)} -d '{"type": "http", "url": "https://example.com/", "interval": "10s"}'`);
find('first').addEventListener('submit', async (submit) => {
    submit.preventDefault();
    const url = find('first-url').value.trim();
    try {
        if (!URL.canParse(url)) {
            put(find('first-said'), 'sense.bad-url').dataset.kind = 'failed';
            find('first-url').focus();
            return;
        }
        const name = named({ url, type: 'web' });
        await ask(`checks/${name}`, 'PUT', { type: 'http', url, interval: '10s' });
        location.assign(checkPage(name));
    } catch (error) {
        refuse(find('first-said'), error);
    }
});
