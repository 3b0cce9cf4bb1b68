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
const { countWhole } = await load('channel/search.js');

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
