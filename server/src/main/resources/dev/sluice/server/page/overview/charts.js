// The chart of a tile: opened by the tile, with its values as a table behind it.
import { Crosshair, stepped } from '../chart/crosshair.js';
import { find } from '../dom.js';
import { place, placed } from '../place.js';
import { tabs } from '../tabs.js';
import { html, render } from '../vendor/preact.js';
import { clock, put, words } from '../words.js';
import { METRICS } from './metrics.js';
import { POINTS } from './figures.js';

export class Charts {
    crosshair = new Crosshair();
    #redraw;
    #chart = null;
    #isTable = false;
    #seen = null; // What the chart shows, for the keyboard.

    /** @param redraw called when something else should be shown */
    constructor(redraw) {
        this.#redraw = redraw;
        for (const opener of this.#openers()) opener.addEventListener('click', () => this.#open(opener.dataset.chart === this.#name ? '' : opener.dataset.chart));
        find('chart-close').addEventListener('click', () => this.#close());
        find('chart-card').addEventListener('keydown', ({ key }) => key === 'Escape' && this.#close());
        tabs(find('chart-tabs'), (tab) => {
            const isTable = tab.id === 'tab-values';
            if (isTable === this.#isTable) return;
            this.#isTable = isTable;
            this.#redraw();
        });
        this.#follow(find('tiles'), (target) => target.closest('.tile')?.querySelector('.chart'));
        find('chart-canvas').addEventListener('keydown', (press) => this.#step(press));
        find('chart-canvas').addEventListener('blur', () => this.crosshair.move(null));
        this.crosshair.follow(redraw);
    }

    get #name() {
        return placed('chart') in METRICS ? placed('chart') : '';
    }

    #openers() {
        return document.querySelectorAll('[data-chart]');
    }

    #open(name) {
        place('chart', name);
        this.#redraw();
    }

    #close() {
        const name = this.#name;
        this.#open('');
        document.querySelector(`[data-chart='${name}']`)?.focus();
    }

    /** Moves the crosshair with the pointer. @param chartAt from an element to the chart that it belongs to */
    #follow(box, chartAt) {
        box.addEventListener('pointermove', ({ target, clientX }) => {
            const chart = chartAt(target)?.getBoundingClientRect();
            const part = chart && (clientX - chart.left) / chart.width;
            this.crosshair.move(part >= 0 && part <= 1 ? Math.round(part * (POINTS - 1)) : null);
        });
        box.addEventListener('pointerleave', () => this.crosshair.move(null));
    }

    #step(press) {
        const at = stepped(press.key, this.crosshair.at, POINTS);
        if (at === undefined || this.#seen === null) return;
        press.preventDefault();
        this.crosshair.move(at);
    }

    /** Says the values to screen readers: the chart is a slider of moments. */
    #describe() {
        const { times, lines, text, unit } = this.#seen;
        const at = this.crosshair.at ?? POINTS - 1;
        const values = lines.map(({ label, values: all }) => `${label} ${all[at] === null ? words('chart.gap') : `${text(all[at])} ${unit}`}`);
        find('chart-canvas').ariaValueNow = String(at);
        find('chart-canvas').ariaValueText = [clock(new Date(times[at]), false), ...values].join(', ');
    }

    draw(figures, now) {
        const name = this.#name;
        for (const opener of this.#openers()) opener.ariaExpanded = String(opener.dataset.chart === name);
        find('chart-card').hidden = name === '';
        this.#seen = name === '' ? null : seen(METRICS[name], figures, now);
        if (this.#seen === null) return;
        put(find('chart-title'), METRICS[name].title);
        find('chart-plot').hidden = this.#isTable;
        find('chart-values').hidden = !this.#isTable;
        render(html`<${Lines} ...${this.#seen} at=${this.crosshair.at} />`, find('chart-lines'));
        if (this.#isTable) render(html`<${Values} ...${this.#seen} />`, find('chart-values'));
        else this.#plot();
        this.#describe();
    }

    async #plot() {
        if (this.#chart === null) {
            const { Chart } = await import('../chart/chart.js');
            this.#chart ??= new Chart(find('chart-canvas'), this.crosshair);
        }
        if (this.#seen !== null && !this.#isTable) this.#chart.draw(this.#seen);
    }
}

function seen({ lines, text, unit }, figures, now) {
    const all = lines(figures).map((line) => ({ ...line, values: figures.series(line.group, line.pick, now) }));
    return { times: figures.times(now), lines: all, text, unit: unit() };
}

const shown = (value, text) => (value === null || value === undefined ? '–' : text(value));

/** The lines of the chart, each with its colour and its value now, or where the crosshair is. */
function Lines({ times, lines, text, unit, at }) {
    const i = at ?? times.length - 1;
    return html`${lines.map(({ label, tone, isDashed, values }) => html`<li class="tone-${tone}"><i class=${isDashed ? 'dashed' : ''}></i>${label} <b>${shown(values[i], text)}</b> ${unit}</li>`)}
        <li class="quiet">${at === null ? words('age.now') : clock(new Date(times[at]), false)}</li>`;
}

/** The values of the chart as a table, the newest first. */
function Values({ times, lines, text, unit }) {
    const rows = times.map((time, i) => ({ time, i })).reverse().filter(({ i }) => lines.some(({ values }) => values[i] !== null));
    return html`<table><thead><tr><th scope="col">${words('time')}</th>${lines.map(({ label }) => html`<th scope="col" class="figure">${label}${unit && ` (${unit})`}</th>`)}</tr></thead>
        <tbody>${rows.map(({ time, i }) => html`<tr key=${time}><th scope="row">${clock(new Date(time), false)}</th>${lines.map(({ values }) => html`<td class="figure">${shown(values[i], text)}</td>`)}</tr>`)}</tbody></table>`;
}
