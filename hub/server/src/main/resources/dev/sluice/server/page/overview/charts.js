// The chart that a tile opens, and the time under the pointer, which all charts show.
import { Crosshair } from '../chart/crosshair.js';
import { find } from '../dom.js';
import { place, placed } from '../place.js';
import { POINTS } from '../stats/figures.js';
import { METRICS } from '../stats/metrics.js';

export class Charts {
    crosshair = new Crosshair();
    #redraw;
    #card = null; // Loaded when the first chart is opened.
    #frame = null;

    /** @param redraw called when the page must be drawn again */
    constructor(redraw) {
        this.#redraw = redraw;
        for (const opener of this.#openers()) opener.addEventListener('click', () => this.#open(opener.dataset.chart === this.#name ? '' : opener.dataset.chart));
        find('tiles').addEventListener('pointermove', (move) => this.#follow(move));
        find('tiles').addEventListener('pointerleave', () => this.crosshair.move(null));
        this.crosshair.follow(() => this.#soon());
    }

    /** Draws before the next paint, however often the crosshair moves until then. */
    #soon() {
        this.#frame ??= requestAnimationFrame(() => {
            this.#frame = null;
            this.#redraw();
        });
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

    /** Moves the crosshair with the pointer, in any tile. */
    #follow({ target, clientX }) {
        const chart = target.closest('.tile')?.querySelector('.chart').getBoundingClientRect();
        const part = chart && (clientX - chart.left) / chart.width;
        this.crosshair.move(part >= 0 && part <= 1 ? Math.round(part * (POINTS - 1)) : null);
    }

    async draw(figures, now) {
        const name = this.#name;
        for (const opener of this.#openers()) opener.ariaExpanded = String(opener.dataset.chart === name);
        find('chart-card').hidden = name === '' || this.#card === null;
        if (name === '') return;
        if (this.#card === null) {
            const loaded = await import('../chart/card.js').catch(() => null);
            if (loaded === null) return; // The hub is away: the next draw tries again.
            this.#card ??= new loaded.ChartCard(this.crosshair, this.#redraw, () => this.#close());
            return this.#redraw();
        }
        this.#card.draw(METRICS[name], figures, now);
    }
}
