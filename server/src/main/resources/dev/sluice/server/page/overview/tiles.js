// The five tiles: the hub's figures now, and their last quarter of an hour.
import { find } from '../dom.js';
import { draw } from '../spark.js';
import { bytes, number, set, short, words } from '../words.js';

const ms = (n) => (n === undefined ? '–' : n.toLocaleString(undefined, { maximumSignificantDigits: 2 }));

// Each tile: its group and figure, the figure as text, and what stands below it.
const TILES = {
    published: {
        group: 'traffic',
        pick: ({ published = 0 }) => published,
        text: ({ published = 0 }) => short(published),
        more: ({ publishedBytes = 0 }) => words('tile.bytes', { bytes: bytes(publishedBytes) }),
    },
    delivered: {
        group: 'traffic',
        pick: ({ delivered = 0 }) => delivered,
        text: ({ delivered = 0 }) => short(delivered),
        more: ({ deliveredBytes = 0, readers = 0 }) => words('tile.readers', { bytes: bytes(deliveredBytes), n: number(readers) }),
    },
    delay: {
        group: 'traffic',
        pick: ({ delayP99Ms }) => delayP99Ms,
        text: ({ delayP99Ms }) => ms(delayP99Ms),
        more: ({ delayP50Ms }) => (delayP50Ms === undefined ? words('tile.delay.none') : words('tile.delay.median', { ms: ms(delayP50Ms) })),
    },
    connections: {
        group: 'traffic',
        pick: ({ connections = 0 }) => connections,
        text: ({ connections = 0 }) => short(connections),
    },
    behind: {
        group: 'traffic',
        pick: ({ furthestEvents = 0 }) => furthestEvents,
        text: ({ furthestEvents = 0 }) => short(furthestEvents),
        more: ({ behind = 0 }) => words('tile.behind.readers', { n: number(behind) }),
    },
};

function transports(data) {
    const all = Object.values(data).reduce((sum, each) => sum + each, 0);
    return Object.entries(data)
        .filter(([, count]) => count > 0)
        .sort(([, one], [, other]) => other - one)
        .map(([name, count]) => `${words(`carries.${name}`)} ${Math.round((100 * count) / all)} %`)
        .join(' · ');
}

/** Draws all tiles. */
export function drawTiles(figures, now) {
    for (const [name, { group, pick, text, more }] of Object.entries(TILES)) {
        const data = figures.measured(group, pick, now) ?? figures.now(group);
        if (data === null) continue;
        set(find(`tile-${name}`), text(data));
        if (more) set(find(`more-${name}`), more(data));
        draw(find(`spark-${name}`), figures.series(group, pick, now));
    }
    const connections = figures.now('connections');
    if (connections !== null) set(find('more-connections'), transports(connections));
}
