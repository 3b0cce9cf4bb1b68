// The metrics of the tiles and of their charts. A figure has the same colour wherever it is drawn.
import { toneOfTransport } from '../tone.js';
import { bytes, formatted, number, short, words, wordsOr } from '../words.js';

/** A delay in two significant digits, like all delays. */
const ms = (n) => formatted(n, { maximumSignificantDigits: 2 });

const line = (label, tone, group, pick, isDashed = false) => ({ label, tone, group, pick, isDashed });

/** The displayed name of a transport; the hub's name for it if there is none yet. */
export const transportName = (transport) => wordsOr(`carries.${transport}`, transport);

// Subscriptions of a session share its connection.
const transports = (figures) => figures.names('streams').filter((name) => name !== 'subscription').sort();

/** The share of each transport, the most used first. */
function shares(streams) {
    const open = Object.entries(streams ?? {}).filter(([name, count]) => count > 0 && name !== 'subscription');
    const all = open.reduce((sum, [, count]) => sum + count, 0);
    return open
        .sort(([, one], [, other]) => other - one)
        .map(([name, count]) => `${transportName(name)} ${Math.round((100 * count) / all)} %`)
        .join(' · ');
}

/**
 * Each metric: its name as a message, its unit, the format of its values, the lines of its chart (the first is the tile's),
 * and the text below the value, from the figures of the line's group.
 */
export const METRICS = {
    published: {
        title: 'tile.events',
        unit: () => words('per-second'),
        text: short,
        lines: () => [line(words('tile.events'), 'a', 'traffic', ({ published = 0 }) => published)],
        more: ({ publishedBytes = 0 }) => words('tile.bytes', { bytes: bytes(publishedBytes) }),
    },
    delivered: {
        title: 'tile.deliveries',
        unit: () => words('per-second'),
        text: short,
        lines: () => [line(words('tile.deliveries'), 'b', 'traffic', ({ delivered = 0 }) => delivered)],
        more: ({ deliveredBytes = 0, readers = 0 }) => words('tile.readers', { bytes: bytes(deliveredBytes), n: number(readers) }),
    },
    delay: {
        title: 'tile.delay',
        unit: () => words('tile.delay.unit'),
        text: ms,
        lines: () => [
            line('p99', 'd', 'traffic', ({ delayP99Ms }) => delayP99Ms),
            line(words('line.median'), 'f', 'traffic', ({ delayP50Ms }) => delayP50Ms, true),
        ],
        more: ({ delayP50Ms }) => (delayP50Ms === undefined ? words('tile.delay.none') : words('tile.delay.median', { ms: ms(delayP50Ms) })),
    },
    connections: {
        title: 'tile.connections',
        unit: () => '',
        text: short,
        lines: (figures) => [
            line(words('line.all'), 'c', 'traffic', ({ connections = 0 }) => connections),
            ...transports(figures).map((name) => line(transportName(name), toneOfTransport(name), 'streams', (data) => data[name] ?? 0, true)),
        ],
        more: (_, figures) => shares(figures.now('streams')),
    },
    behind: {
        title: 'tile.behind',
        unit: () => words('tile.behind.unit'),
        text: short,
        lines: () => [line(words('line.furthest'), 'e', 'traffic', ({ furthestEvents = 0 }) => furthestEvents)],
        more: ({ behind = 0 }) => words('tile.behind.readers', { n: number(behind) }),
    },
};
