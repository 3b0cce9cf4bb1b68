// The parts of a channel's page that ask the hub, with elements that have no browser and a hub that has no server.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const load = (file) => import(new URL(`../../main/resources/dev/sluice/server/page/${file}`, import.meta.url));

class Element extends EventTarget {
    dataset = {};
    hidden = false;
    disabled = false;
    textContent = '';
}

const elements = new Map();
const find = (id) => elements.get(id) ?? elements.set(id, new Element()).get(id);
const { HUB } = await load('hub.js');
globalThis.location = { origin: 'http://hub.example', pathname: `${HUB.pathname}channels/a`, search: '' };
globalThis.document = { documentElement: { dataset: { language: 'en' } }, getElementById: (id) => (id === 'words' ? null : find(id)) };
await load('channel-words.js');
const { Items } = await load('channel/items.js');
const { Older } = await load('channel/older.js');
const { Search, countWhole } = await load('channel/search.js');
const { wire } = await load('channel/wire.js');

const event = (n) => ({ id: `e-${n}`, channel: 'a', type: 'message', time: new Date(Date.UTC(2026, 10, 22) + n).toISOString(), data: n });

test('a page of older events that is short because they are large is not the last one', async (t) => {
    const pages = [{ events: [event(7), event(8)], more: true }, { events: [event(6)], more: false }];
    t.mock.method(globalThis, 'fetch', async () => Response.json(pages.shift()));
    const items = new Items();
    items.add({ event: event(9) });
    const older = new Older(items, () => {});
    await older.load();
    assert.deepEqual([items.oldest, older.hasAll, find('older').hidden, find('older-said').textContent], ['e-7', false, false, '']);
    await older.load();
    assert.deepEqual([items.oldest, older.hasAll, find('older').hidden, find('older-said').textContent], ['e-6', true, true, 'This is the oldest event kept.']);
});

const jsonLines = (...objects) => new Response(objects.map((each) => `${JSON.stringify(each)}\n`).join(''));

test('a count of the log that the hub has cut short begins where it ended, and is not of the whole log', async (t) => {
    const counts = (n) => Array.from({ length: 120 }, (_, i) => (i < 120 - n ? 0 : 5));
    const said = (n, time) => ({ looked: 5 * n, time, histogram: { since: '2026-11-22T20:00:00.000Z', until: '2026-11-22T22:00:00.000Z', counts: counts(n), types: { message: counts(n) } } });
    const all = [];
    const count = async (end) => {
        t.mock.method(globalThis, 'fetch', async () => jsonLines({ progress: said(10, '2026-11-22T21:50:00.000Z') }, { end }));
        await countWhole((timeline, looked, isWhole) => all.push([timeline.begin - Date.UTC(2026, 10, 22, 20), timeline.end - Date.UTC(2026, 10, 22, 22), ...new Set(timeline.counts), timeline.types.get('message').length, looked, isWhole]));
    };
    await count({ ...said(30, '2026-11-22T21:30:00.000Z'), reason: 'looked' });
    await count({ ...said(120, '2026-11-22T20:00:00.000Z'), reason: 'all' });
    const minute = 60_000;
    assert.deepEqual(all, [
        [110 * minute, 0, 5, 10, 50, false],
        [90 * minute, 0, 5, 30, 150, false],
        [110 * minute, 0, 5, 10, 50, false],
        [0, 0, 5, 120, 600, true],
    ]);
});

/** The answer of a search that sends these objects and then waits until it is aborted, or is cut. */
function unfinished(signal, ...objects) {
    const start = (to) => {
        for (const each of objects) to.enqueue(new TextEncoder().encode(`${JSON.stringify(each)}\n`));
        if (signal) signal.addEventListener('abort', () => to.error(signal.reason));
        else to.close();
    };
    return new Response(new ReadableStream({ start }));
}

test('a search that goes on after a stop or a failure finds each event once, and forgets the failure', async (t) => {
    const asked = [];
    const answers = [];
    t.mock.method(globalThis, 'fetch', async (url, { signal }) => {
        asked.push(url.searchParams.get('before'));
        return answers.shift()(signal);
    });
    const search = new Search(() => search.found.length === 2 && !wasStopped && (wasStopped = true) && find('search-stop').dispatchEvent(new Event('click')));
    let wasStopped = false;
    const run = async () => {
        await search.run('x', null, 'e-99');
        search.draw(true);
        return [search.found.map(({ event }) => event.id).join(' '), find('search-whole').textContent, find('search-said').textContent.replace(/, back to .*/, '')];
    };
    const progress = (looked, found, n) => ({ progress: { looked, found, at: `e-${n}`, time: event(n).time } });
    answers.push((signal) => unfinished(signal, progress(10, 0, 89), event(85), event(84)));
    assert.deepEqual(await run(), ['e-84 e-85', 'Continue', '0 found among 10 events']);
    answers.push(() => unfinished(null, event(85), event(84), progress(10, 2, 79), event(77)));
    assert.deepEqual(await run(), ['e-77 e-84 e-85', 'Continue', 'The hub can’t be reached. Is it running?']);
    answers.push(() => unfinished(null, event(77)));
    assert.deepEqual(await run(), ['e-77 e-84 e-85', 'Continue', 'The hub can’t be reached. Is it running?']);
    const end = { looked: 20, found: 2, at: 'e-59', time: event(59).time };
    answers.push(() => jsonLines(event(77), event(60), { end: { ...end, reason: 'limit', next: 'e-59' } }));
    assert.deepEqual(await run(), ['e-60 e-77 e-84 e-85', 'Continue', '4 found among 40 events']);
    answers.push(() => unfinished(null)); // Cut before it has said anything.
    assert.deepEqual((await run()).slice(1), ['Continue', 'The hub can’t be reached. Is it running?']);
    answers.push(() => jsonLines({ end: { ...end, found: 0, reason: 'all' } }));
    assert.deepEqual((await run()).slice(2), ['Search complete: 4 found among 60 older events']);
    assert.deepEqual(asked, ['e-99', 'e-89', 'e-79', 'e-79', 'e-59', 'e-59']);
});

test('the bytes of an event that the hub no longer keeps are not waited for', async (t) => {
    const asked = [];
    let keeps = true;
    t.mock.method(globalThis, 'fetch', async ({ searchParams: given }) => {
        asked.push(given.get('as'));
        if (given.get('as') === 'json') return Response.json({ events: given.has('before') ? [] : keeps ? [event(5)] : [event(7)] });
        return given.get('as') === 'sse' ? new Response('id: e-5\ndata: 5\n\n') : jsonLines(event(5));
    });
    const texts = async () => (await wire(event(5), new AbortController().signal)).map(({ text }) => text);
    assert.deepEqual(await texts(), ['id: e-5\ndata: 5', 'id: e-5\ndata: 5', JSON.stringify(event(5))]);
    keeps = false;
    asked.length = 0;
    assert.deepEqual(await texts(), []);
    assert.deepEqual(asked, ['json', 'json']);
});
