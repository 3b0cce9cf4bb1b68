// The charts of a run, with one crosshair for all of them and a table of the values at the crosshair.
import { bytes, chart, clock, find, make, number, put, set, words } from '../../page/program.js';
import { figure, nameOf, wordOf } from './lane-view.js';
import { LANES, TONES } from './lanes.js';
import { BACK, QUANTITIES } from './steps.js';

const ALL = 'h'; // The tone of the line for all lanes together.
const WHOLE = ['open', 'lost', 'repeated'];
const count = (value) => number(Math.round(value * 100) / 100);
/** How each quantity is shown. A logarithmic axis can show a lane with milliseconds beside one with seconds. */
const LOOKS = {
    p50: { text: figure, unit: 'ms', isLog: true },
    p99: { text: figure, unit: 'ms', isLog: true },
    up: { text: bytes, unit: '' },
    down: { text: bytes, unit: '' },
    requests: { text: figure, unit: '' },
    open: { text: count, unit: '' },
    cpu: { text: figure, unit: 'µs' },
    memory: { text: bytes, unit: '' },
    lost: { text: count, unit: '' },
    repeated: { text: count, unit: '' },
    [BACK]: { text: figure, unit: 's', isMark: true },
};

const box = (name) => `chart-${name}`;

export class Charts {
    #steps;
    #plots = new Map(); // By quantity: the charts that have been visible.
    #inSight = new Set();
    #loading = null;
    #chart = null; // The chart class, once it is loaded.
    #crosshair = null;
    #cells = new Map(); // By lane and quantity.

    constructor(steps) {
        this.#steps = steps;
        const sight = new IntersectionObserver((changes) => {
            for (const { target, isIntersecting } of changes) this.#inSight[isIntersecting ? 'add' : 'delete'](QUANTITIES.find((name) => box(name) === target.id));
            this.draw();
        });
        for (const name of QUANTITIES) sight.observe(find(box(name)));
        for (const lane of [...LANES, null]) {
            find('legend').append(entry(lane));
            find('moment-values').append(this.#row(lane));
        }
        find('moment').addEventListener('input', ({ target }) => this.#crosshair?.move(Number(target.value)));
        find('moment').addEventListener('blur', () => this.#crosshair?.move(null));
    }

    /** Draws only the visible charts, because each takes some milliseconds. */
    async draw() {
        if (!this.#steps.times.length) return;
        this.#loading ??= this.#load();
        try {
            await this.#loading;
        } catch (away) {
            this.#loading = null; // The hub is unreachable: the next draw tries again.
            throw away;
        }
        const times = [...this.#steps.times];
        for (const name of this.#inSight) this.#plot(name).draw({ times, lines: this.#lines(name), isArea: false, ...LOOKS[name] });
        this.#showMoment();
    }

    async #load() {
        const { Chart, Crosshair } = await chart();
        this.#chart = Chart;
        this.#crosshair = new Crosshair();
        this.#crosshair.follow(() => this.#showMoment());
    }

    /** Returns the row of a lane, or of all lanes together. */
    #row(lane) {
        const row = make('tr', tone(lane), '');
        row.dataset.lane = lane ?? 'all';
        const name = put(make('th', 'lab-key', ''), wordFor(lane));
        name.scope = 'row';
        const cells = QUANTITIES.map(() => make('td', '', '–'));
        row.append(name, ...cells);
        this.#cells.set(lane, cells);
        return row;
    }

    #plot(name) {
        if (!this.#plots.has(name)) this.#plots.set(name, new this.#chart(find(box(name)), this.#crosshair));
        return this.#plots.get(name);
    }

    #lines(name) {
        const { isMark } = LOOKS[name];
        return this.#steps.lines(name).map(({ lane, way, values }) => ({ label: label(lane, way), tone: lane ? TONES[lane] : ALL, isDashed: way === 'up', isMark, values: [...values] }));
    }

    /** Shows the values at the crosshair, or the newest values if there is no crosshair. */
    #showMoment() {
        const { times } = this.#steps;
        if (!times.length) return;
        const last = times.length - 1;
        const at = Math.min(this.#crosshair.at ?? last, last);
        const time = clock(new Date(times[at]), false);
        const slider = find('moment');
        slider.max = last;
        slider.value = at;
        slider.setAttribute('aria-valuetext', time);
        set(find('moment-time'), time);
        for (const [lane, cells] of this.#cells) QUANTITIES.forEach((quantity, i) => set(cells[i], this.#at(quantity, lane, at)));
    }

    /** Formats the values of a lane at a step, down and up. */
    #at(quantity, lane, at) {
        const found = this.#steps
            .lines(quantity)
            .filter((line) => line.lane === lane)
            .map(({ way, values }) => [way, quantity === BACK ? newest(values, at) : values[at]])
            .filter(([, value]) => value !== null && value !== undefined)
            .map(([way, value]) => `${WHOLE.includes(quantity) ? value : figure(value)}${way === 'up' ? ' ↑' : ''}`);
        return found.join(' · ') || '–';
    }
}

/** Returns the last value at or before a step, because a mark is shown only at one step. */
const newest = (values, at) => values.slice(0, at + 1).findLast((value) => value !== null);

const tone = (lane) => `tone-${lane ? TONES[lane] : ALL}`;
const wordFor = (lane) => (lane ? wordOf(lane) : 'lab.chart.all');

/** Returns the legend entry of a lane. */
function entry(lane) {
    const item = make('li', tone(lane), '');
    item.append(make('i', '', ''), put(make('span', '', ''), wordFor(lane)));
    return item;
}

function label(lane, way) {
    if (!lane) return words(wordFor(lane));
    return way === 'up' ? words('lab.sent', { lane: nameOf(lane) }) : nameOf(lane);
}
