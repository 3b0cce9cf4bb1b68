// Figures of this machine, as published by the program, and of this hub, as published in its channel
// `$stats`.
import { make, number, short } from '../../page/program.js';
import { both } from '../client/both.js';
import { colour, drawing, sharp } from './draw.js';

const SECONDS = 300;

const percent = (share) => (share < 0 ? '–' : `${Math.round(share * 100)} %`);
const gigabytes = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
const milliseconds = (ms) => (ms === undefined ? '–' : `${ms.toLocaleString(undefined, { maximumSignificantDigits: 2 })} ms`);

// Each tile has a name, the source of its figure (`machine`, or a group of $stats), the figure, its text, and
// the value at the top of its chart (by default the largest value shown).
const TILES = [
    { name: ['Processor · machine', '处理器 · 本机'], from: 'machine', figure: (f) => f.machineCpu, text: percent, top: () => 1, card: true },
    { name: ['Events a second', '每秒事件'], from: 'traffic', figure: (f) => f.published ?? 0, text: short, card: true },
    { name: ['Deliveries a second', '每秒投递'], from: 'traffic', figure: (f) => f.delivered ?? 0, text: short, card: true },
    { name: ['Connections', '连接数'], from: 'traffic', figure: (f) => f.connections ?? 0, text: number, card: true },
    { name: ['Publish → reader, 99 %', '发布 → 订阅者，99%'], from: 'traffic', figure: (f) => f.delayP99Ms, text: milliseconds },
    { name: ['Processor · hub', '处理器 · Hub'], from: 'machine', figure: (f) => f.hubCpu, text: percent, top: () => 1 },
    { name: ['Heap · hub', '堆 · Hub'], from: 'capacity', figure: (f) => f.heapBytes?.used, text: megabytes, top: (f) => f.heapBytes?.max },
    { name: ['Memory · machine', '内存 · 本机'], from: 'machine', figure: (f) => f.memory, text: gigabytes, top: (f) => f.memoryMax },
];

/** The figures of one source; each is valid until the next one. */
class History {
    #events = [];

    take(at, data) {
        this.#events.push({ at, data });
        while (this.#events.length > 1 && this.#events[1].at < at - SECONDS * 1000) this.#events.shift();
    }

    get newest() {
        return this.#events.at(-1)?.data;
    }

    /** Returns a figure at each of the given times, which must be in order; undefined before the first event. */
    at(times, figure) {
        let i = -1;
        return times.map((time) => {
            while (this.#events[i + 1]?.at <= time) i++;
            return i < 0 ? undefined : figure(this.#events[i].data);
        });
    }
}

export function show(element, sluice, { isCard }) {
    const sources = { machine: new History(), traffic: new History(), capacity: new History() };
    const wall = element.appendChild(make('div', 'wall'));
    const tiles = TILES.filter((tile) => tile.card || !isCard).map((tile) => {
        const box = wall.appendChild(make('div', 'tile'));
        box.appendChild(make('p', 'tile-name')).append(both(...tile.name));
        return { ...tile, shown: box.appendChild(make('p', 'tile-figure', '–')), canvas: box.appendChild(make('canvas')) };
    });
    if (!isCard) element.append(fullScreen(wall));
    const draw = drawing(() => {
        const now = Date.now();
        for (const { from, figure, text, top, shown, canvas } of tiles) {
            const { newest } = sources[from];
            const value = newest && figure(newest);
            shown.textContent = value === undefined ? '–' : text(value);
            chart(canvas, (times) => sources[from].at(times, figure), now, newest && top?.(newest));
        }
    });
    sluice.channel('demos/wall', { last: SECONDS, join: true }).on('message', ({ data, time }) => {
        sources.machine.take(Date.parse(time), data);
        draw(); // Once a second, even if nothing has changed in the hub.
    });
    // A visitor who may not read the statistics sees only the machine's figures.
    sluice.channel('$stats', { since: '5m' }).on('*', ({ type, time, data }) => {
        if (!data || !sources[type]) return;
        sources[type].take(Date.parse(time), data);
        draw();
    }).on('error', () => {});
    new ResizeObserver(draw).observe(wall);
}

function fullScreen(wall) {
    const button = make('button');
    button.type = 'button';
    button.append(both('Full screen', '全屏'));
    button.addEventListener('click', () => wall.requestFullscreen());
    return button;
}

/** Draws a bar for each second that fits, the newest on the right. */
function chart(canvas, figuresAt, now, top) {
    const { context, width, height } = sharp(canvas);
    const bars = Math.min(SECONDS, Math.floor(width / 3));
    const figures = figuresAt(Array.from({ length: bars }, (_, i) => now - (bars - 1 - i) * 1000));
    const most = top ?? Math.max(1, ...figures.filter((each) => each !== undefined));
    context.clearRect(0, 0, width, height);
    context.fillStyle = colour(canvas, 'accent');
    for (const [i, figure] of figures.entries()) {
        if (figure === undefined || figure < 0) continue;
        const bar = Math.max(1, Math.min(1, figure / most) * height);
        context.fillRect(width - (bars - i) * 3, height - bar, 2, bar);
    }
}
