// Figures of this machine and of this hub, with their last minutes.
import { make } from '../../page/program.js';
import { both } from '../client/both.js';
import { colour, drawing, sharp } from './draw.js';

const SECONDS = 300;

const percent = (share) => (share < 0 ? '–' : `${Math.round(share * 100)} %`);
const gigabytes = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;

/** Each tile: its name, its figure as a text, and as a share of the height of its chart. */
const TILES = [
    { name: ['Processor of this machine', '本机处理器'], text: (f) => percent(f.machineCpu), share: (f) => f.machineCpu, card: true },
    { name: ['Processor of this hub', '本中枢的处理器占用'], text: (f) => percent(f.hubCpu), share: (f) => f.hubCpu },
    { name: ['Memory of this machine', '本机内存'], text: (f) => gigabytes(f.memory), share: (f) => f.memory / f.memoryMax, card: true },
    { name: ['Heap of this hub', '本中枢的堆'], text: (f) => megabytes(f.heap), share: (f) => f.heap / f.heapMax, card: true },
    { name: ['Connections', '连接数'], text: (f) => String(f.connections), share: (f) => f.connections / 50, card: true },
    { name: ['Threads', '线程数'], text: (f) => String(f.threads), share: (f) => f.threads / 200 },
];

export function show(element, sluice, { isCard }) {
    const figures = [];
    const wall = element.appendChild(make('div', 'wall'));
    const tiles = TILES.filter((tile) => tile.card || !isCard).map((tile) => {
        const box = wall.appendChild(make('div', 'tile'));
        const name = box.appendChild(make('p', 'tile-name'));
        name.append(both(...tile.name));
        return { ...tile, figure: box.appendChild(make('p', 'tile-figure', '–')), canvas: box.appendChild(make('canvas')) };
    });
    if (!isCard) element.append(fullScreen(wall));
    const draw = drawing(() => {
        for (const tile of tiles) {
            tile.figure.textContent = tile.text(figures.at(-1));
            chart(tile.canvas, figures.map(tile.share));
        }
    });
    sluice.channel('demos/wall', { last: SECONDS, join: true }).on('message', ({ data }) => {
        figures.push(data);
        if (figures.length > SECONDS) figures.shift();
        draw();
    });
    addEventListener('resize', () => figures.length && draw());
}

function fullScreen(wall) {
    const button = make('button');
    button.type = 'button';
    button.append(both('Full screen', '全屏'));
    button.addEventListener('click', () => wall.requestFullscreen());
    return button;
}

function chart(canvas, shares) {
    const { context, width, height } = sharp(canvas);
    const from = Math.max(0, shares.length - Math.floor(width / 3));
    context.clearRect(0, 0, width, height);
    context.fillStyle = colour(canvas, 'accent');
    for (const [i, share] of shares.slice(from).entries()) {
        const bar = Math.max(1, Math.min(1, Math.max(0, share)) * height);
        context.fillRect(i * 3, height - bar, 2, bar);
    }
}
