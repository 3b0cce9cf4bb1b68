// Tests the models of the uses' pages without a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const { bars, Race } = await import(new URL('../../main/resources/dev/sluice/demos/uses/race.js', import.meta.url));

test('two readers are counted from the first number that both have', () => {
    const counted = [[], []];
    const race = new Race(counted.map((all) => ({ number: (n) => all.push(n) })));
    for (const n of [1, 2, 3, 4]) race.take(0, n); // The other reader is still connecting.
    assert.deepEqual(counted, [[], []]);
    race.take(1, 4);
    race.take(0, 5);
    race.take(1, 5);
    race.take(1, 3); // From before the first common number.
    assert.deepEqual(counted, [[4, 5], [4, 5]]);
});

test('bars have one scale, and show what was lost', () => {
    const counts = (received, lost, repeated = 0) => ({ received, lost, repeated });
    assert.deepEqual(bars([counts(60, 40), counts(101, 0, 1)]), [{ has: 60, lost: 40 }, { has: 100, lost: 0 }]);
    assert.deepEqual(bars([counts(0, 0), counts(0, 0)]), [{ has: 0, lost: 0 }, { has: 0, lost: 0 }]);
});
