// The models of the pages, without a browser.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const load = (file) => import(new URL(`../../main/resources/dev/sluice/server/page/${file}`, import.meta.url));
const { Items, ITEMS_MAX } = await load('channel/items.js');
const { parse } = await load('channel/filter.js');
const { Inbox } = await load('channel/inbox.js');
const { isWithin } = await load('channel/period.js');
const { Timeline, partsOf, typesOf, wholeParts } = await load('channel/timeline.js');
const { searchPath } = await load('channel/hub-search.js');
const { bytesOfHex, filledIn, like } = await load('channel/templates.js');
const { HUB } = await load('hub.js');
const columns = await load('channel/columns.js');
const { diff } = await load('channel/diff.js');
const { Channels } = await load('overview/channels.js');
const { Figures, POINTS } = await load('stats/figures.js');
const { arrange } = await load('overview/order.js');
const { stepped } = await load('chart/crosshair.js');
const { top } = await load('chart/scale.js');
const connections = await load('connections/model.js');
const { mayBeInexact } = await load('requests.js');
const { nearest } = await load('error/nearest.js');
const { paths } = await load('spark.js');
const { Nodes, totals } = await load('nodes/model.js');
const settings = await load('settings/model.js');
const { Subscription } = await load('subscription.js');

const event = (n, data = n, more = {}) => ({ event: { id: `e-${n}`, channel: 'c', type: 'message', time: '2026-11-22T22:00:00Z', data, ...more } });
const itemOf = (said) => ({ ...said, search: null });

test('a list of events is limited, and keeps the newest', () => {
    const items = new Items();
    for (let i = 0; i <= 2 * ITEMS_MAX; i++) items.add(event(i));
    assert.ok(items.all.length <= 1.5 * ITEMS_MAX);
    items.trim();
    assert.equal(items.all.length, ITEMS_MAX);
    assert.equal(items.newest.id, `e-${2 * ITEMS_MAX}`);
    assert.equal(items.oldest, `e-${ITEMS_MAX + 1}`);
});

test('what comes during a pause waits, is counted, and the oldest beyond the limit are a hole', () => {
    const items = new Items();
    const inbox = new Inbox(items);
    assert.equal(inbox.take(event(0)), true);
    inbox.toggle();
    for (let i = 1; i <= 5003; i++) assert.equal(inbox.take(event(i)), false);
    assert.equal(inbox.count, 5003);
    assert.deepEqual(items.ids, ['e-0']);
    inbox.toggle();
    assert.equal(inbox.count, 0);
    assert.equal(items.all[1].hole, 3);
    assert.equal(items.ids[1], 'e-4');
    assert.equal(items.newest.id, 'e-5003');
});

test('large events that come during a pause are limited by their characters', () => {
    const items = new Items();
    const inbox = new Inbox(items);
    inbox.toggle();
    for (let i = 0; i < 100; i++) inbox.take(event(i, 'x'.repeat(900_000)));
    assert.equal(inbox.count, 100);
    inbox.toggle();
    assert.equal(items.all[0].hole, 83);
    assert.equal(items.ids.length, 17);
});

test('raw text that comes again is in the list once, also after a pause, and limits nothing any more', () => {
    const items = new Items();
    const inbox = new Inbox(items);
    const lines = `${'x'.repeat(99)}\n`.repeat(10_000);
    for (let i = 0; i < 20; i++) {
        inbox.take({ text: lines });
        inbox.forgetText();
    }
    for (let i = 0; i < 10; i++) inbox.take(event(i));
    assert.equal(items.all.length, 10);
    inbox.take({ text: 'one\n' });
    inbox.toggle();
    inbox.take({ text: 'two\n' });
    inbox.forgetText();
    inbox.take({ text: 'one\ntwo\n' });
    const shown = () => items.all.flatMap(({ line }) => line || []);
    assert.deepEqual(shown(), ['one'], 'as it was when it was paused');
    inbox.toggle();
    assert.deepEqual(shown(), ['one', 'two']);
});

test('a period has events from its beginning to before its end', () => {
    const at = (time) => isWithin({ event: { time } }, { since: Date.parse('2026-11-22T22:00:00Z'), until: Date.parse('2026-11-22T22:00:01Z') });
    assert.deepEqual(['2026-11-22T21:59:59.999Z', '2026-11-22T22:00:00Z', '2026-11-22T22:00:01Z'].map(at), [false, true, false]);
    assert.equal(isWithin({ gap: {} }, { since: 0, until: Infinity }), false);
});

test('raw text says once that it runs events together, unless it has lines', () => {
    const shown = (items) => items.all.map(({ line, note }) => line ?? note?.name);
    const items = new Items();
    for (const text of ['1 2', '3 4', '5 6', '7 8', '9 0']) items.add({ text });
    assert.deepEqual(shown(items), ['events.joined', '1 23 45 67 89 0']);
    const lines = new Items();
    for (const text of ['one\n', 'tw', 'o', ' thr', 'ee']) lines.add({ text });
    assert.deepEqual(shown(lines), ['one', 'two three']);
});

test('a list of large events is limited by their characters', () => {
    const items = new Items();
    for (let i = 0; i < 40; i++) items.add(event(i, 'x'.repeat(1_000_000)));
    assert.equal(items.all.length, 16);
    assert.equal(items.newest.id, 'e-39');
});

test('raw text becomes a line an item, whatever its pieces', () => {
    const items = new Items();
    for (const text of ['he', 'llo\nwor', 'ld', '\n', 'x']) items.add({ text });
    assert.deepEqual(items.all.map(({ line }) => line), ['hello', 'world', 'x']);
    items.forgetText();
    assert.deepEqual(items.all, []);
});

test('a filter knows words, parts of an event, and members of its data', () => {
    const passes = (text, said) => parse(text).matches(itemOf(said));
    const order = event(1, { total: 120.5, customer: { name: '王小明' } }, { type: 'order.paid', key: 'A-1' });
    for (const text of ['paid', 'PAID a-1', 'type:order', 'key:a-1', 'total>100', 'total<=120.5', 'customer.name:王', '"小明"']) {
        assert.ok(passes(text, order), text);
    }
    for (const text of ['cancelled', 'type:cancel', 'total>121', 'customer.name:ada', 'key:b', 'none>1']) {
        assert.ok(!passes(text, order), text);
    }
    assert.ok(passes('at 12:30', event(2, 'at 12:30 sharp')), 'a colon may be part of a word');
    assert.equal(parse('  '), null);
    assert.deepEqual(parse('type:paid total>100 x').needles, ['paid', 'x']);
});

test('a filter means what the search of the hub means', async () => {
    const { event: about, matches, misses } = JSON.parse(await readFile(new URL('../resources/dev/sluice/server/search/query-cases.json', import.meta.url)));
    const said = { event: { id: 'e1-7', time: '2026-11-22T22:00:00Z', ...about } };
    const passes = (text) => parse(text)?.matches(itemOf(said)) ?? true;
    for (const text of matches) assert.ok(passes(text), text);
    for (const text of misses) assert.ok(!passes(text), text);
});

test('numbers that JavaScript would change are noticed wherever they are, and usual ones cost nothing', () => {
    const inexact = ['1.50', '[1.0,2]', '{"a":1e3}', '{"a":1.5E-7}', '{"a": -0}', '12345678901234567890', '0.1234567890123456789', '[-0,1]', '{"a":[{"b":9007199254740993}]}', '[0.10]'];
    for (const text of inexact) assert.ok(mayBeInexact(text), text);
    for (const text of ['{"id":"9e4c2t-10","time":"2026-11-22T22:00:00.123Z","data":{"order":4711,"total":12.5,"paid":true,"n":-7}}', '[0,-0.5,10,100,0.25]']) assert.ok(!mayBeInexact(text), text);
});

test('a timeline counts each event once, and grows with time', () => {
    const timeline = Timeline.of({ since: '2026-11-22T22:00:00.000Z', until: '2026-11-22T22:02:00.000Z', counts: Array.from({ length: 120 }, () => 1) });
    const begin = timeline.begin;
    timeline.add(begin + 121_000);
    assert.equal(timeline.span, 240_000);
    assert.deepEqual([timeline.counts[0], timeline.counts[59], timeline.counts[60], timeline.counts[61]], [2, 2, 1, 0]);
    assert.equal(timeline.counts.reduce((sum, each) => sum + each), 121);
    assert.equal(timeline.stepAt(timeline.timeOf(7)), 7);
    const items = [event(1, 1, { type: 'a' }), { gap: {} }, event(2, 2, { type: 'b', time: '2026-11-22T22:04:00Z' })];
    const parts = partsOf(items, Timeline.ofEvents(items.filter((each) => each.event).map((each) => each.event)));
    assert.deepEqual([parts[0].types.get('a'), parts[0].isLost, parts[119].types.get('b')], [1, true, 1]);
});

const twoMinutes = () => Timeline.of({ since: '2026-11-22T22:00:00.000Z', until: '2026-11-22T22:02:00.000Z', counts: Array.from({ length: 120 }, () => 1) });

test('a timeline counts events long after the hub has counted the log', () => {
    const timeline = twoMinutes();
    const begin = timeline.begin;
    timeline.add(begin + 119_000); // Counted by the hub.
    for (let at = 120_000; at < 600_000; at += 500) timeline.add(begin + at);
    const { counts, span } = timeline.upTo(begin + 600_000);
    assert.equal(span, 600_000);
    assert.equal(counts.reduce((sum, each) => sum + each), 120 + 960);
    assert.deepEqual([...new Set(counts.slice(15))], [16], 'as many in each step of eight seconds');
});

test('a timeline tells types apart, those that the hub has counted and those that have come since', () => {
    const of = (n) => Array.from({ length: 120 }, () => n);
    const timeline = Timeline.of({ since: '2026-11-22T22:00:00.000Z', until: '2026-11-22T22:02:00.000Z', counts: of(4), types: { paid: of(1), placed: of(2) } });
    for (let i = 0; i < 300; i++) timeline.add(timeline.begin + 121_000, 'new');
    const { counts, types, begin } = timeline.upTo(timeline.begin + 122_000);
    assert.deepEqual(typesOf({ types }), ['new', 'placed', 'paid']);
    assert.deepEqual([counts[0], types.get('placed')[0], types.get('paid')[0], types.get('new')[0]], [8, 4, 2, 0]);
    assert.ok([...types.values()].every((each) => each.length === counts.length));
    assert.equal(types.get('new').reduce((sum, each) => sum + each), 300);
    const parts = wholeParts([{ event: { time: new Date(begin).toISOString(), type: 'placed' } }, { gap: {} }], { begin, span: timeline.span, counts, types, stepAt: () => 0 });
    assert.deepEqual([parts[0].total, parts[0].types.get('placed'), parts[0].isLost], [8, 4, true]);
});

test('a timeline moves with time, and a quiet time is no longer than the one before it', () => {
    const timeline = twoMinutes();
    const upTo = (s) => timeline.upTo(timeline.begin + s * 1000);
    assert.deepEqual([60, 120, 150, 240, 3600].map((s) => upTo(s).span / 1000), [120, 120, 150, 240, 240]);
    assert.equal(timeline.span, 120_000, 'as it was');
    timeline.add(timeline.begin + 150_000);
    const filled = upTo(0); // A clock that is behind hides no event.
    assert.deepEqual([filled.begin, filled.span, filled.counts.length, filled.counts.at(-1)], [timeline.begin, 152_000, 76, 1]);
    assert.equal(filled.stepAt(filled.timeOf(7)), 7);
    const few = Timeline.ofEvents([event(1).event, event(2).event]); // A moment is not drawn as wide as the page.
    assert.equal(few.upTo(0).counts.length, 60);
});

test('what is published is like another event, byte for byte', () => {
    assert.deepEqual(like({ channel: 'c', type: 'message', data_base64: '3q2+7w==' }), { channel: 'c', type: '', key: '', as: 'hex', data: 'de ad be ef' });
    assert.deepEqual([...bytesOfHex('de:AD 0xbe\nef')], [0xde, 0xad, 0xbe, 0xef]);
    assert.equal(bytesOfHex('abc'), null);
    assert.equal(bytesOfHex('xy'), null);
    assert.equal(filledIn('{n} of {n} at {now}', 3, 'noon'), '3 of 3 at noon');
});

test('the search of a selection is beside it', () => {
    const { pathname } = HUB;
    assert.equal(searchPath(`${pathname}channels/a/b`), `${pathname}search/a/b`);
    assert.equal(searchPath(`${pathname}channels?name=a`), `${pathname}search?name=a`);
});

test('columns are found in objects that are alike, one level deep', () => {
    const found = columns.find(Array.from({ length: 5 }, (_, i) => event(i, { order: i, by: { name: 'a' }, items: [1, 2] })));
    assert.deepEqual(found.columns.map(({ name, isNumber }) => [name, isNumber]), [['order', true], ['by.name', false], ['items', false]]);
    assert.deepEqual(found.cells({ order: 7, by: { name: 'b' } }), [7, 'b', undefined]);
    assert.equal(columns.find([event(1, 'text'), event(2, { a: 1, b: 2 }), event(3, [1])]), null);
});

test('columns are found in lines of figures, with the names of their heading', () => {
    const found = columns.find(['r b swpd free', '1 0 0 12', '2 0 0 11', '0 1 0 10'].map((line, i) => event(i, line)));
    assert.deepEqual(found.columns.map(({ name }) => name), ['r', 'b', 'swpd', 'free']);
    assert.deepEqual(found.cells(' 4  5 6 7'), ['4', '5', '6', '7']);
});

test('a difference names the members that changed', () => {
    assert.deepEqual(diff({ a: 1, b: { c: 2, d: 3 } }, { a: 1, b: { c: 4 }, e: 5 }), [
        { path: 'b.c', before: 2, after: 4 },
        { path: 'b.d', before: 3, after: undefined },
        { path: 'e', before: undefined, after: 5 },
    ]);
});

test('channels with the same first segment are one row with their sums', () => {
    const channels = new Channels();
    channels.list([{ name: 'a/1', events: 2, bytes: 5 }, { name: 'a/2', events: 3, bytes: 5 }, { name: 'b', events: 1, bytes: 1 }], false);
    assert.equal(channels.take({ type: 'all', data: { whole: 1, rows: { 'a/1': { rate: 4, readers: 1 }, 'a/2': {} } } }), false);
    const [a, b] = channels.tree();
    assert.deepEqual([a.label, a.rate, a.readers, a.events, a.children.map(({ label }) => label)], ['a', 4, 1, 5, ['1', '2']]);
    assert.deepEqual([b.name, b.children], ['b', []]);
    assert.equal(channels.take({ type: 'changes', data: { whole: 1, rows: { new: { rate: 1 }, 'a/1': null } } }), true, 'a channel that is not listed');
    assert.equal(channels.tree()[0].rate, 0);
});

test('what is not known of channels is null, and never 0', () => {
    const channels = new Channels();
    channels.list([{ name: 'a', events: 2, bytes: 5 }], false);
    const facts = () => channels.tree().map(({ rate, readers, history }) => [rate, readers, ...new Set(history)]);
    assert.deepEqual(facts(), [[null, null, null]]);
    channels.take({ type: 'all', data: { rows: { b: { rate: 1 } } } }); // Others may be as busy.
    assert.deepEqual(facts()[0], [null, null, null]);
    channels.take({ type: 'changes', data: { whole: 1, rows: {} } });
    assert.deepEqual(facts()[0], [0, null, null]);
    const others = [0, '?'.repeat(60)];
    const known = new Channels({ whole: true, rates: { a: 4 }, readers: { a: 3 }, trends: { a: [7, ` ?${'^'.repeat(57)}~`] }, others });
    known.list([{ name: 'a', events: 2, bytes: 5 }, { name: 'c', events: 1, bytes: 1 }], false);
    const [a, c] = known.tree();
    assert.deepEqual([a.rate, a.readers, a.history.at(-1), c.rate, c.readers, c.history.at(-1)], [4, 3, 7, 0, null, 0]);
    assert.deepEqual([a.history.length, ...a.history.slice(0, 3)], [60, null, 0, (31 / 63) * 7]);
});

test('the trend of a channel has a gap where the page had no connection', () => {
    const channels = new Channels({ whole: true, others: [0, '?'.repeat(60)] });
    channels.take({ type: 'all', data: { whole: 1, rows: { a: { rate: 8 } } } });
    for (let s = 0; s <= 44; s++) channels.tick(s * 1000, s < 16 || s > 31);
    assert.deepEqual(channels.tree()[0].history.slice(-3), [0, 8, null]);
    for (let s = 45; s <= 50; s++) channels.tick(s * 1000, true);
    assert.deepEqual(channels.tree()[0].history.slice(-3), [8, null, 8]);
});

test('the trend of a channel has a gap where the page was hidden or its computer slept', () => {
    const channels = new Channels({ whole: true, others: [0, '?'.repeat(60)] });
    channels.take({ type: 'all', data: { whole: 1, rows: { a: { rate: 8 } } } });
    for (let s = 0; s <= 30; s++) channels.tick(s * 1000, true);
    channels.tick(80_000, true); // The step from 30 s to 45 s has too few seconds, and two others have none.
    for (let s = 81; s <= 96; s++) channels.tick(s * 1000, true);
    assert.deepEqual(channels.tree()[0].history.slice(-5), [8, null, null, null, 8]);
    channels.tick(3_600_000, true);
    channels.take({ type: 'changes', data: { rows: { b: { rate: 1 } } } });
    assert.deepEqual(channels.tree().map(({ history }) => history.filter((each) => each !== null)), [[], []]);
});

test('the sums of a group are those of the hub, however many of its channels a page has', () => {
    const channels = new Channels();
    channels.list([{ name: 'user/1', events: 1, bytes: 2 }, { name: 'user/2', events: 1, bytes: 2 }], true);
    assert.equal(channels.isCounted, false);
    channels.take({ type: 'groups', data: { channels: 10_000, groups: { user: { channels: 5000, events: 70, bytes: 90, timeMs: 5 }, 'plant-7': { channels: 714, events: 3, bytes: 4, timeMs: 6 } } } });
    assert.deepEqual([channels.count, channels.isCounted], [10_000, true]);
    assert.deepEqual(channels.tree().map(({ label, count, events, bytes, readers, at, children }) => [label, count, events, bytes, readers, at, children.length]), [
        ['user', 5000, 70, 90, null, 5, 2],
        ['plant-7', 714, 3, 4, null, 6, 0],
    ]);
});

test('two answers tell how fast a client receives and falls behind, and one tells nothing', () => {
    const pace = new connections.Pace();
    pace.take([{ id: '1', bytes: 1000, behind: 500 }], 0);
    assert.equal(pace.of('1'), null);
    pace.take([{ id: '1', bytes: 1500, behind: 600 }], 200);
    assert.equal(pace.of('1'), null, 'asked twice in a row');
    pace.take([{ id: '1', bytes: 5000, behind: 860 }, { id: '2', bytes: 1 }], 2000);
    assert.deepEqual(pace.of('1'), { bytes: 2000, behind: 180 });
    assert.equal(pace.of('2'), null);
    pace.take([{ id: '2', bytes: 1 }], 4000);
    assert.deepEqual([pace.of('1'), pace.of('2')], [null, { bytes: 0, behind: 0 }]);
});

test('equal clients are one row until it is opened, and the hub’s own pages are known', () => {
    const client = (id, agent, channels = ['orders']) => ({ id, agent, channels, address: '::1', transport: 'sse' });
    const all = [client('1', 'app/3'), client('2', 'curl'), client('3', 'app/3'), client('4', 'app/3'), client('5', 'app/3', ['news'])];
    const rows = connections.rowsOf(all, new Set());
    assert.deepEqual(rows.map(({ connection, all: some }) => connection?.id ?? some.length), [3, '2', '5']);
    const open = connections.rowsOf(all, new Set([rows[0].kind]));
    assert.deepEqual(open.map(({ connection, isInner }) => [connection?.id, isInner]).slice(1, 4), [['1', true], ['3', true], ['4', true]]);
    assert.deepEqual([['$stats', '$stats/channels'], ['$stats', 'a'], []].map((channels) => connections.isConsole({ channels })), [true, false, false]);
    assert.deepEqual([{ sub: 'ada', agent: 'x' }, { agent: 'x', address: 'y' }, { address: 'y' }].map(connections.label), ['ada', 'x', 'y']);
});

test('while the order is held, rows stay where they are and are counted if they would move', () => {
    const rows = (...rates) => rates.map((rate, i) => ({ name: 'xyz'[i], rate }));
    assert.deepEqual(arrange(rows(1, 3, 2), 'rate', null).rows.map(({ name }) => name), ['y', 'z', 'x']);
    const held = arrange(rows(9, 3, 2), 'rate', ['y', 'z']);
    assert.deepEqual(held.rows.map(({ name }) => name), ['y', 'z', 'x']);
    assert.equal(held.moved, 3);
});

test('a page that was hidden reads the history again, and counts nothing twice', () => {
    const figures = new Figures();
    const at = (second, data) => figures.take({ type: 'traffic', time: `2026-11-22T22:00:0${second}Z`, data });
    for (const second of [1, 2, 1, 2, 3]) at(second, { gaps: 1 });
    assert.equal(figures.sum('traffic', ({ gaps }) => gaps), 3);
    figures.lose(); // The hub began anew, and its clock may be behind.
    at(2, { gaps: 1 });
    assert.equal(figures.sum('traffic', ({ gaps }) => gaps), 4);
});

test('no event of the statistics means no change', () => {
    const figures = new Figures();
    const at = Date.parse('2026-11-22T22:00:00Z');
    figures.take({ type: 'hub', time: new Date(at - 600_000).toISOString(), data: {} });
    figures.take({ type: 'traffic', time: new Date(at - 60_000).toISOString(), data: { published: 8 } });
    const points = figures.series('traffic', ({ published }) => published, at);
    assert.equal(points.length, POINTS);
    assert.equal(points[0], null, 'nothing is known of the time before');
    assert.equal(points.at(-1), 8);
    assert.equal(points.filter((each) => each === 8).length, 11);
});

test('the history of a figure has gaps where it was not measured, or not known', () => {
    const figures = new Figures();
    const now = Date.parse('2026-11-22T22:00:03Z');
    const at = (secondsAgo, data) => figures.take({ type: 'traffic', time: new Date(now - secondsAgo * 1000).toISOString(), data });
    const delays = (then = now) => figures.series('traffic', ({ delay }) => delay, then);
    figures.take({ type: 'hub', time: new Date(now - 600_000).toISOString(), data: {} });
    at(63, { delay: 4 });
    at(62, { delay: 9 });
    at(57, {}); // Nothing was delivered.
    at(15, { delay: 2 });
    assert.deepEqual(delays().slice(-12), [null, 9, null, null, null, null, null, null, null, 2, 2, 2]);
    figures.lose(); // The hub began anew.
    at(3, { delay: 7 });
    assert.deepEqual(delays().slice(-3), [2, null, 7]);
    assert.equal(figures.now('traffic').delay, 7);
    figures.know(now); // The connection is lost: nothing is known of the time after.
    assert.deepEqual(delays(now + 12_000).slice(-4), [null, 7, null, null]);
});

test('the history of a young hub is as wide as that of an old one', () => {
    const figures = new Figures();
    const begin = Date.parse('2026-11-22T22:00:00Z');
    figures.take({ type: 'traffic', time: new Date(begin).toISOString(), data: { published: 8 } });
    assert.deepEqual([1, 61, 181, 3600].map((s) => figures.spanMs(begin + s * 1000)), [60_000, 180_000, 300_000, 900_000]);
    assert.equal(figures.series('traffic', ({ published }) => published, begin + 59_000)[3], 8);
});

test('keys move the crosshair within the chart, from the newest moment on', () => {
    assert.equal(stepped('ArrowLeft', null, 150), 148);
    assert.equal(stepped('ArrowRight', 149, 150), 149);
    assert.equal(stepped('Home', 7, 150), 0);
    assert.equal(stepped('x', 7, 150), undefined);
});

test('an axis ends at a round number little above its values', () => {
    assert.deepEqual([0, null, 0.7, 3, 97, 99, 100, 1234].map(top), [1, 1, 0.8, 3.5, 100, 110, 110, 1500]);
});

test('a line has gaps where nothing is known', () => {
    assert.equal(paths([1, null, 2, 2], 30, 20).line.match(/M/g).length, 2);
});

test('a chart is drawn as the server draws it', () => {
    assert.deepEqual(paths([0, 0, 0, null, 5, 10, 2.5], 212, 44), { // As in `ChannelRowsTest.java`, whose steps are relative.
        line: 'M0 42L35 42L71 42M141 26L177 10L212 34',
        area: 'M0 44V42L35 42L71 42V44ZM141 44V26L177 10L212 34V44Z',
        unknown: 'M71 22H141',
    });
});

test('the nearest names come first', () => {
    assert.deepEqual(nearest('ordrs', ['weather', 'orders', 'chat/1']), ['orders']);
    assert.deepEqual(nearest('chat', ['weather', 'chat/1', 'chat/2']), ['chat/1', 'chat/2']);
});

test('settings are found by key, value and source', () => {
    const all = [{ key: 'port', value: '9000', source: 'sluice.toml:1' }, { key: 'host', value: '"127.0.0.1"', source: 'default' }];
    const keys = (found) => found.map(({ key }) => key);
    assert.deepEqual(keys(settings.matching(all, 'TOML', false)), ['port']);
    assert.deepEqual(keys(settings.matching(all, '127', false)), ['host']);
    assert.deepEqual(keys(settings.matching(all, '', true)), ['port']);
});

test('budgets are shares of the heap, the largest first', () => {
    const shares = settings.shares([{ key: 'a', bytes: 10 }, { key: 'b', bytes: 30 }], 100);
    assert.deepEqual(shares.map(({ key, share }) => [key, share]), [['b', 0.3], ['a', 0.1]]);
});

test('a refused token is no answer to the question', () => {
    assert.equal(settings.verdict({ accepted: false }), 'refused');
    assert.equal(settings.verdict({ accepted: true, permitted: true }), 'yes');
    assert.equal(settings.verdict({ accepted: true, permitted: false }), 'no');
});

test('limits are shown with how full they were, the fullest first', () => {
    const figures = new Figures();
    const now = Date.parse('2026-11-22T22:05:00Z');
    const capacity = (secondsAgo, data) => figures.take({ type: 'capacity', time: new Date(now - secondsAgo * 1000).toISOString(), data });
    assert.deepEqual(settings.filling(figures, now), []);
    capacity(50, { tailBytes: { used: 9, max: 9 }, channels: { used: 40, max: 100 }, heapBytes: { used: 90, max: 100 }, keys: { used: 1, max: 0 }, searches: { max: 4 } });
    capacity(20, { tailBytes: { used: 9, max: 9 }, channels: { used: 80, max: 100 }, heapBytes: { used: 30, max: 100 }, searches: { max: 4 } });
    figures.know(now);
    const all = settings.filling(figures, now);
    assert.deepEqual(all.map(({ name, used, max, most }) => [name, used, max, most]), [['heapBytes', 30, 100, 0.9], ['channels', 80, 100, 0.8], ['searches', 0, 4, 0], ['tailBytes', 9, 9, 1]]);
    assert.deepEqual([all[0].values[0], all[0].values.at(-1)], [null, 0.3]);
});

test('a page looks for its hub again within five seconds, however long that was away', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
    t.mock.method(Math, 'random', () => 0.999);
    t.mock.method(globalThis, 'fetch', () => Promise.reject(new TypeError('nobody listens')));
    globalThis.location = { origin: 'http://hub.example' };
    let told;
    const next = () => new Promise((resolve) => (told = resolve));
    const subscription = new Subscription('/channels/a', {}, () => {}, (state, { until } = {}) => state === 'waiting' && told(until - Date.now()));
    let waiting = next();
    subscription.connect('sse');
    const waits = [];
    for (let i = 0; i < 6; i++) {
        waits.push(Math.round(await waiting));
        waiting = next();
        t.mock.timers.tick(Math.ceil(waits.at(-1)) + 1);
    }
    subscription.rest();
    delete globalThis.location;
    assert.deepEqual(waits, [999, 1998, 3996, 4995, 4995, 4995]);
});

test('sums of all nodes count each event once, and name the nodes that they lack', () => {
    const figures = { published: 50, delivered: 100, connections: 3, readers: 2 };
    const answer = {
        self: 'a:1',
        nodes: {
            'a:1': { role: 'leader', lag: 0, figures },
            'b:1': { role: 'follower', lag: 2, figures: { ...figures, published: 48 } },
            'c:1': { lag: null, problem: 'it does not answer' },
        },
    };
    assert.deepEqual(totals(answer), { published: 50, delivered: 200, deliveredBytes: 0, connections: 6, readers: 4, answering: 2, count: 3, missing: ['c:1'] });
    assert.deepEqual(totals(null).missing, []);
});

test('the history of a node has a gap where the node did not answer or the page was hidden, and ends with the node', () => {
    const nodes = new Nodes();
    nodes.tick(0); // Nothing is known yet.
    nodes.take({ self: 'a:1', nodes: { 'a:1': { figures: { delivered: 5 } }, 'b:1': { figures: {} } } });
    nodes.tick(1000);
    nodes.tick(2900); // A late tick. No answer means no change.
    nodes.take({ self: 'a:1', nodes: { 'a:1': { problem: 'it does not answer', lag: null } } });
    nodes.tick(3100);
    nodes.take({ self: 'a:1', nodes: { 'a:1': { figures: { delivered: 7 }, lag: 1000 }, 'b:1': { figures: {} } } });
    nodes.tick(4100);
    const [one, other] = nodes.rows();
    assert.deepEqual(one.values, [5, 5, null, 7]);
    assert.ok(one.isSelf && one.isBehind);
    assert.deepEqual(other.values, [0]);
    nodes.tick(7100);
    assert.deepEqual(nodes.rows()[0].values, [5, 5, null, 7, null, null, 7]);
    nodes.tick(3_600_000);
    assert.deepEqual(nodes.rows()[0].values, [...new Array(59).fill(null), 7]);
});

test('a page that nobody has looked at closes its connections, and opens them when it is seen', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    globalThis.document = Object.assign(new EventTarget(), { hidden: true });
    globalThis.addEventListener = () => {};
    const { whileSeen } = await load('sight.js');
    const calls = [];
    whileSeen(() => calls.push('rest'), () => calls.push('wake'), 15_000);
    t.mock.timers.tick(14_999);
    assert.deepEqual(calls, []);
    t.mock.timers.tick(1);
    document.hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    assert.deepEqual(calls, ['rest', 'wake']);
    delete globalThis.document;
    delete globalThis.addEventListener;
});

test('a sample of all channels that was refused is not requested again', async (t) => {
    globalThis.location = { origin: 'http://hub.example' };
    globalThis.document = { documentElement: { dataset: {} }, getElementById: () => null };
    let status = 503;
    const asked = t.mock.method(globalThis, 'fetch', async () => new Response('', { status }));
    const { Tail } = await load('overview/tail.js');
    const tail = new Tail();
    await tail.sample();
    status = 403;
    for (let i = 0; i < 3; i++) await tail.sample();
    assert.equal(asked.mock.callCount(), 2);
    delete globalThis.location;
    delete globalThis.document;
});
