// A chart with axes and crosshair, by uPlot. Loaded when the first one is opened.
import uPlot from '../vendor/uplot.js';
import { clock, language } from '../words.js';
import { decades, top } from './scale.js';

const FONT = '12px system-ui, sans-serif';
const DASHES = [6, 4];
const MARK = 9;
const LOOKS = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query));

/** Adds a style sheet to the page. Without it, a chart is ugly but readable. */
function addStyle(file) {
    const style = document.createElement('link');
    style.rel = 'stylesheet';
    style.href = new URL(file, import.meta.url);
    return new Promise((done) => {
        style.onload = style.onerror = done;
        document.head.append(style);
    });
}
await Promise.all(['../vendor/uplot.css', './chart.css'].map(addStyle));

const faint = (colour) => colour.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.12)');

export class Chart {
    #box;
    #crosshair;
    #probe;
    #plot = null;
    #shape = '';
    #series = null;
    #colours = new Map();
    #look = null; // The look of the page that has these colours.

    /** @param box an element whose size is the chart's */
    constructor(box, crosshair) {
        this.#box = box;
        this.#crosshair = crosshair;
        // The canvas needs colours as values; the colours of this element follow theme and forced colours.
        this.#probe = box.appendChild(document.createElement('i'));
        new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(box);
        crosshair.follow(() => this.#point());
    }

    /**
     * @param times  the times of the steps, in milliseconds
     * @param lines  `{ label, tone, isDashed, isMark, values }`; null values are gaps, marks are not connected
     * @param text   formats a value
     * @param unit   the unit of the values
     * @param isLog  true for a logarithmic axis of values
     * @param isArea true to fill the area below the first line, which is the main one
     */
    draw({ times, lines, text, unit, isLog = false, isArea = true }) {
        this.#series = { times, text, unit, isLog, isArea };
        const data = [times.map((each) => each / 1000), ...lines.map(({ values }) => values)];
        const shape = JSON.stringify([language(), unit, ...lines.map(({ label, tone }) => [label, tone])]);
        if (shape === this.#shape) {
            this.#plot.setData(data);
        } else {
            this.#shape = shape;
            this.#plot?.destroy();
            this.#plot = new uPlot(this.#options(lines), data, this.#box);
        }
        this.#point();
    }

    #size() {
        return { width: this.#box.clientWidth, height: this.#box.clientHeight };
    }

    /** Cached until the look of the page changes, because reading a colour makes the browser compute all styles. */
    #colour(name) {
        const look = [document.documentElement.dataset.theme, ...LOOKS.map(({ matches }) => matches)].join();
        if (look !== this.#look) this.#colours.clear();
        this.#look = look;
        if (!this.#colours.has(name)) {
            this.#probe.style.color = `var(--${name})`;
            this.#colours.set(name, getComputedStyle(this.#probe).color);
        }
        return this.#colours.get(name);
    }

    #options(lines) {
        const axis = { font: FONT, stroke: () => this.#colour('quiet'), grid: { stroke: () => this.#colour('line'), width: 1 }, ticks: { show: false } };
        return {
            ...this.#size(),
            legend: { show: false },
            cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
            scales: { y: this.#series.isLog ? { distr: 3, range: (_, least, greatest) => decades(least, greatest) } : { range: (_, __, greatest) => [0, top(greatest)] } },
            axes: [
                { ...axis, space: 70, size: 26, values: (_, all) => all.map((each) => clock(new Date(each * 1000), false)) },
                { ...axis, size: 64, label: this.#series.unit, labelFont: FONT, labelSize: this.#series.unit ? 18 : 0, values: (_, all) => all.map((each) => (each === null ? '' : this.#series.text(each))) },
            ],
            series: [{}, ...lines.map(({ label, tone, isDashed, isMark }, i) => ({
                label,
                stroke: () => this.#colour(`c-${tone}`),
                width: 1.5,
                dash: isDashed ? DASHES : undefined,
                paths: isMark ? () => null : undefined,
                fill: i === 0 && this.#series.isArea ? () => faint(this.#colour(`c-${tone}`)) : undefined,
                points: isMark ? { show: true, size: MARK, fill: () => this.#colour(`c-${tone}`) } : { show: false },
                spanGaps: false,
            }))],
            hooks: { setCursor: [(plot) => this.#crosshair.move(plot.cursor.left >= 0 ? plot.cursor.idx : null)] },
        };
    }

    /** Shows the crosshair at the same time as in the other charts. */
    #point() {
        const plot = this.#plot;
        if (!plot) return;
        const { at } = this.#crosshair;
        const time = plot.data[0][at]; // A chart that is not visible may not have it yet.
        const left = time === undefined ? -10 : Math.round(plot.valToPos(time, 'x'));
        if (time === undefined ? plot.cursor.left >= 0 : plot.cursor.idx !== at) plot.setCursor({ left, top: 10 }, false);
    }
}
