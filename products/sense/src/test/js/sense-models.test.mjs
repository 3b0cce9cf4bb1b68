// Tests the texts of Sense's pages in both languages, without a browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { test } from 'node:test';

const RESOURCES = new URL('../../main/resources/dev/sluice/sense/', import.meta.url);
const json = (file) => JSON.parse(readFileSync(new URL(file, RESOURCES), 'utf8'));
const own = Object.fromEntries(Object.entries({ ...json('page/words.json'), ...json('check/phrases.json') }).map(([name, { en, zh }]) => [name, [en, zh]]));
globalThis.document = Object.assign(new EventTarget(), {
    documentElement: { dataset: {}, lang: 'en' },
    getElementById: (id) => (id === 'words' ? { textContent: JSON.stringify(own) } : null),
    querySelectorAll: () => [],
});
register('./hub-modules.mjs', import.meta.url);
const load = (file) => import(new URL(`page/files/${file}`, RESOURCES));
const { Refused, reading, refuse } = await load('api.js');
const { Board, filterOf } = await load('board.js');
const { fill, valueOf } = await load('fields.js');
const { Samples } = await load('samples.js');
const { expectation, outageSince } = await load('strip.js');
const { knownWindows } = await load('uptime.js');
const { day } = await load('incident-row.js');
const { speak, words } = await import(new URL('../../../../../hub/server/src/main/resources/dev/sluice/server/page/words.js', import.meta.url));

/** Returns the headline in both languages. */
function headlines(checks) {
    const board = new Board();
    for (const check of checks) board.take({ key: check.name, data: { title: check.name, since: '2026-11-27T10:17:05Z', ...check } });
    return ['en', 'zh'].map((language) => {
        speak(language);
        const { name, values } = board.headline();
        return words(name, values);
    });
}
const down = (name, cause) => ({ name, state: 'down', ...(cause && { cause }) });
const up = (name) => ({ name, state: 'up' });

test('the headline says of which outages a check is the cause, and of how many it is not', () => {
    const db = { ...down('db'), title: 'Primary database' };
    const others = Array.from({ length: 7 }, (_, i) => down(`api ${i}`));
    assert.deepEqual(headlines([db, down('Shop', 'db'), down('Checkout', 'db'), ...others, up('edge')]), [
        '10 of 11 down: Primary database (and Shop, Checkout with it), 7 others',
        '11 项检查中 10 项故障：Primary database（连带 Shop、Checkout）、另有 7 项',
    ]);
    assert.equal(headlines([db, down('Shop', 'db'), down('mail')])[0], '3 of 3 down: Primary database (and Shop with it), mail');
    assert.equal(headlines([down('a'), down('b'), down('c'), down('d')])[0], '4 of 4 down: a, b, c …');
    assert.equal(headlines([down('a'), down('x', 'a'), down('b'), down('y', 'b'), down('z', 'b')])[0], '5 of 5 down: b (and y, z with it), a (and x with it)');
});

const phrases = (expected, found) => ({ expected: { code: expected[0], values: expected.slice(1) }, found: { code: found[0], values: found.slice(1) } });

test('a tile says since when a check is down, and why in the words of its reader', () => {
    const since = new Date(2026, 10, 27, 10, 17, 5).toISOString();
    const refused = { since, expected: 'an answer', found: 'connection refused', phrases: phrases(['answer'], ['refused']) };
    const status = { since, expected: 'status 2xx', found: '502', phrases: { expected: { code: 'status', values: ['2xx'] } } };
    speak('en');
    assert.match(outageSince(refused), /^since (11\/27, )?10:17 · connection refused$/);
    assert.match(outageSince(status), /10:17 · expected status 2xx, found 502$/);
    speak('zh');
    assert.match(outageSince(refused), /10:17 起 · 连接被拒绝$/);
    assert.equal(expectation(status), '预期状态码 2xx，实际 502');
    assert.equal(expectation({ phrases: phrases(['event'], ['none']) }), '预期收到事件，实际没有');
});

test('a window that is longer than Sense has watched is not told as a fact', () => {
    const window = (name, since, from) => ({ window: name, since, from });
    const created = '2026-11-27T10:00:00Z';
    const young = ['24h', '7d', '30d'].map((name, i) => window(name, `2026-10-${10 + i}T00:00:00Z`, created));
    assert.deepEqual(knownWindows(young).map((each) => each.window), ['24h'], 'all of them are the time since then');
    const day = window('24h', '2026-11-27T12:00:00Z', '2026-11-27T12:00:00Z');
    assert.deepEqual(knownWindows([day, ...young.slice(1)]).map((each) => each.window), ['24h', '7d']);
});

test('incidents have their day', () => {
    const time = new Date(2026, 10, 3, 9, 5, 7);
    speak('en');
    assert.equal(day(time), 'Nov 3, 09:05:07');
    speak('zh');
    assert.equal(day(time), '11月3日 09:05:07');
    assert.equal(words('sense.lasted', { time: '10 秒' }), '持续 10 秒');
});

test('a form keeps a choice that it does not know, and leaves what is no number to the API', () => {
    globalThis.Option = class {
        constructor(text, value) {
            Object.assign(this, { text, value });
        }
    };
    const options = [new Option('A', 'A')];
    const select = { options, append: (option) => options.push(option), value: 'A' };
    fill('choice', select, 'HTTPS');
    fill('choice', select, 'A');
    fill('choice', select, 'HTTPS');
    assert.deepEqual(options.map(({ value }) => value), ['A', 'HTTPS']);
    assert.equal(valueOf('choice', select), 'HTTPS');
    assert.equal(valueOf('number', { value: '5m' }), '5m');
    assert.equal(valueOf('number', { value: ' 5 ' }), 5);
});

test('the wall reads the outcomes of each of its tiles', () => {
    let seen;
    globalThis.IntersectionObserver = class {
        constructor(take) {
            seen = take;
        }
        observe() {}
    };
    const read = [];
    const samples = new Samples({ channel: (name) => (read.push(name), { on() {} }) });
    const tiles = Array.from({ length: 200 }, () => ({ isConnected: true }));
    tiles.forEach((tile, i) => samples.watch(tile, `web-${i}`));
    seen(tiles.map((target) => ({ target, isIntersecting: true })));
    assert.equal(new Set(read).size, 200);
});

test('a filter in the address may be encoded or not', () => {
    assert.equal(filterOf('#q=a%20b'), 'a b');
    assert.equal(filterOf('#q=100%'), '100%');
    assert.equal(filterOf(''), '');
});

test('the message of a failed read goes away with the next good one, and that of an action stays', async () => {
    speak('en');
    const said = { dataset: {}, hidden: true, textContent: '' };
    const fails = () => Promise.reject(new TypeError('Failed to fetch'));
    const succeeds = () => Promise.resolve();
    await reading(said, fails);
    assert.deepEqual([said.hidden, said.textContent], [false, words('sense.away')]);
    await reading(said, succeeds);
    assert.equal(said.hidden, true);
    await reading(said, fails);
    refuse(said, new Refused({ status: 409, detail: 'Somebody was faster.' }));
    await reading(said, succeeds);
    assert.deepEqual([said.hidden, said.textContent], [false, 'Somebody was faster.']);
});
