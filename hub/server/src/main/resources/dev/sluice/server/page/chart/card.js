// A chart with its name, its lines and their values, and a table of these behind it. Loaded when first shown.
import '../later-words.js';
import { find } from '../dom.js';
import { POINTS } from '../stats/figures.js';
import { tabs } from '../tabs.js';
import { html, render } from '../vendor/preact.js';
import { clock, put, words } from '../words.js';
import { Chart } from './chart.js';
import { stepped } from './crosshair.js';

/** Fills the element `chart-card` of a page. */
export class ChartCard {
    #crosshair;
    #chart = null;
    #isTable = false;
    #seen = null; // What the chart shows, for the keyboard.

    /**
     * @param redraw called when the page must be drawn again
     * @param close  called when the user closes the card; without it, the card can't be closed
     */
    constructor(crosshair, redraw, close) {
        this.#crosshair = crosshair;
        render(html`<${Parts} close=${close} />`, find('chart-card'));
        if (close) find('chart-card').addEventListener('keydown', ({ key }) => key === 'Escape' && close());
        tabs(find('chart-tabs'), (tab) => {
            const isTable = tab.id === 'tab-values';
            if (isTable === this.#isTable) return;
            this.#isTable = isTable;
            redraw();
        });
        find('chart-canvas').addEventListener('keydown', (press) => this.#step(press));
        find('chart-canvas').addEventListener('blur', () => crosshair.move(null));
    }

    #step(press) {
        const at = stepped(press.key, this.#crosshair.at, POINTS);
        if (at === undefined) return;
        press.preventDefault();
        this.#crosshair.move(at);
    }

    draw({ title, lines, text, unit }, figures, now) {
        const all = lines(figures).map((line) => ({ ...line, values: figures.series(line.group, line.pick, now) }));
        this.#seen = { times: figures.times(now), lines: all, text, unit: unit() };
        put(find('chart-title'), title);
        find('chart-plot').hidden = this.#isTable;
        find('chart-values').hidden = !this.#isTable;
        render(html`<${Lines} ...${this.#seen} at=${this.#crosshair.at} />`, find('chart-lines'));
        if (this.#isTable) {
            render(html`<${Values} ...${this.#seen} />`, find('chart-values'));
        } else {
            this.#chart ??= new Chart(find('chart-canvas'), this.#crosshair);
            this.#chart.draw(this.#seen);
        }
        this.#describe();
    }

    /** Tells screen readers the values: to them, the chart is a slider over time. */
    #describe() {
        const { times, lines, text, unit } = this.#seen;
        const at = this.#crosshair.at ?? POINTS - 1;
        const values = lines.map(({ label, values: all }) => `${label} ${all[at] === null ? words('chart.gap') : `${text(all[at])} ${unit}`}`);
        find('chart-canvas').ariaValueNow = String(at);
        find('chart-canvas').ariaValueText = [clock(new Date(times[at]), false), ...values].join(', ');
    }
}

/** The parts of the card, which are filled later. */
function Parts({ close }) {
    return html`<header>
            <h2 id="chart-title"></h2>
            <ul class="lines" id="chart-lines"></ul>
            <span class="tabs"><span id="chart-tabs" role="tablist" aria-labelledby="chart-title"><button type="button" role="tab" id="tab-plot" aria-controls="chart-plot" data-t="chart">${words('chart')}</button><button type="button" role="tab" id="tab-values" aria-controls="chart-values" data-t="chart.table">${words('chart.table')}</button></span>${close && html`<button type="button" class="plain" id="chart-close" data-t="close" onClick=${close}>${words('close')}</button>`}</span>
        </header>
        <div class="plot" id="chart-plot" role="tabpanel" aria-labelledby="tab-plot"><div id="chart-canvas" role="slider" tabindex="0" aria-valuemin="0" aria-valuemax=${POINTS - 1} aria-valuenow=${POINTS - 1} data-t-aria-label="chart.moment" aria-label=${words('chart.moment')}></div></div>
        <div class="values" id="chart-values" role="tabpanel" aria-labelledby="tab-values" tabindex="0" hidden></div>`;
}

const shown = (value, text) => (value === null || value === undefined ? '–' : text(value));

/** The lines of the chart, each with its colour and its value, now or at the crosshair. */
function Lines({ times, lines, text, unit, at }) {
    const i = at ?? times.length - 1;
    return html`${lines.map(({ label, tone, isDashed, values }) => html`<li class="tone-${tone}"><i class=${isDashed ? 'dashed' : ''}></i>${label} <b>${shown(values[i], text)}</b> ${unit}</li>`)}
        <li class="quiet">${at === null ? words('age.now') : clock(new Date(times[at]), false)}</li>`;
}

/** The values of the chart as a table, newest first. */
function Values({ times, lines, text, unit }) {
    const rows = times.map((time, i) => ({ time, i })).reverse().filter(({ i }) => lines.some(({ values }) => values[i] !== null));
    return html`<table><thead><tr><th scope="col">${words('time')}</th>${lines.map(({ label }) => html`<th scope="col" class="figure">${label}${unit && ` (${unit})`}</th>`)}</tr></thead>
        <tbody>${rows.map(({ time, i }) => html`<tr key=${time}><th scope="row">${clock(new Date(time), false)}</th>${lines.map(({ values }) => html`<td class="figure">${shown(values[i], text)}</td>`)}</tr>`)}</tbody></table>`;
}
