// 200 stocks as a map of tiles, and the biggest changes as a table. Reads a snapshot of all prices, then each
// change.
import { make } from '../../page/program.js';
import { both } from '../client/both.js';
import { colour, drawing, sharp } from './draw.js';

const COLUMNS = 20;
const FULL_CHANGE = 400; // The change in hundredths of a percent at which a tile has its full colour.
const MOVERS = 6;

export function show(element, sluice, { isCard }) {
    const quotes = new Map();
    const canvas = element.appendChild(make('canvas', 'quotes'));
    canvas.setAttribute('aria-hidden', 'true'); // The table below has the same information.
    const movers = element.appendChild(make('table', 'movers'));
    movers.hidden = isCard;
    const draw = drawing(() => {
        tiles(canvas, [...quotes.values()]);
        if (!isCard) table(movers, [...quotes.values()]);
    });
    sluice.channel('demos/quotes', { snapshot: true, conflate: true, join: true }).on('message', ({ data }) => {
        quotes.set(data.stock, data);
        draw();
    });
    new ResizeObserver(draw).observe(canvas); // Ends with the canvas, as a listener of the window would not.
}

function tiles(canvas, quotes) {
    const { context, width, height } = sharp(canvas);
    const rows = Math.ceil(quotes.length / COLUMNS);
    const [up, down] = [colour(canvas, 'good'), colour(canvas, 'bad')];
    context.clearRect(0, 0, width, height);
    quotes.sort((a, b) => (a.stock < b.stock ? -1 : 1));
    for (const [i, { change }] of quotes.entries()) {
        context.globalAlpha = 0.12 + 0.88 * Math.min(1, Math.abs(change) / FULL_CHANGE);
        context.fillStyle = change < 0 ? down : up;
        context.fillRect(
            ((i % COLUMNS) * width) / COLUMNS, (Math.floor(i / COLUMNS) * height) / rows,
            width / COLUMNS - 2, height / rows - 2,
        );
    }
    context.globalAlpha = 1;
}

function table(movers, quotes) {
    quotes.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    movers.replaceChildren(heading(), ...quotes.slice(0, MOVERS).map(row));
}

function heading() {
    const row = make('tr');
    for (const words of [['Stock', '股票'], ['Price', '价格'], ['Change', '涨跌']]) {
        const cell = make('th');
        cell.scope = 'col';
        cell.append(both(...words));
        row.append(cell);
    }
    return row;
}

function row({ stock, cents, change }) {
    const row = make('tr');
    row.append(
        make('td', 'stock', stock),
        make('td', 'figure', (cents / 100).toFixed(2)),
        make('td', change < 0 ? 'figure down' : 'figure up', `${change < 0 ? '▼' : '▲'} ${(Math.abs(change) / 100).toFixed(2)} %`),
    );
    return row;
}
