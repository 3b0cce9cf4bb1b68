// The events over time: a bar for each step, with a colour for each type. With a filter, only matching events have
// colours, all others are grey. A click or a drag chooses a period; a type in the legend filters.
import { find } from '../dom.js';
import { toneOf } from '../tone.js';
import { html, render } from '../vendor/preact.js';
import { clock, number, set, words } from '../words.js';
import { Timeline, partsOf, typesOf, wholeParts } from './timeline.js';

const WIDTH = 1200;
const HEIGHT = 56;
const TYPES_MAX = 6;
const SHORT_MS = 10_000; // The axis of a shorter span shows milliseconds.

const toneOfType = (type) => `tone-${type === 'message' ? 'a' : toneOf(type)}`;

function Bar({ part, kept, x, width, max, order }) {
    const tall = (count) => (count / max) * (HEIGHT - 4);
    let y = HEIGHT;
    const box = (name, count) => {
        y -= tall(count);
        return html`<rect class=${name} x=${x} y=${y.toFixed(1)} width=${width} height=${tall(count).toFixed(1)} />`;
    };
    const rest = kept - order.reduce((sum, type) => sum + (part.types.get(type) ?? 0), 0);
    return html`<g>${order.filter((type) => part.types.get(type) > 0).map((type) => box(toneOfType(type), part.types.get(type)))}
        ${rest > 0 && box('kept', rest)}${part.isLost && html`<line class="loss" x1=${x} x2=${x} y1="0" y2=${HEIGHT} />`}</g>`;
}

export class Histogram {
    #whole = null; // The timeline of the whole log, once the hub has counted it.
    #shown = null; // The timeline that is drawn.
    #from = null; // The step where a drag began.
    #to = null;
    #chosen;
    #draws;
    #filters;
    #parts = [];
    #kept = [];
    #order = [];
    period = null; // { since, until } in milliseconds.

    /**
     * @param chosen  called with a period
     * @param draws   called when the histogram must be drawn again
     * @param filters called with a type of the legend
     */
    constructor(chosen, draws, filters) {
        this.#chosen = chosen;
        this.#filters = filters;
        this.#draws = draws;
        const svg = find('histogram');
        const step = ({ offsetX }) => this.#shown.stepAt(this.#shown.begin + (offsetX / svg.clientWidth) * this.#shown.span);
        svg.addEventListener('pointerdown', (press) => {
            if (!this.#shown || press.button !== 0) return;
            svg.setPointerCapture?.(press.pointerId);
            this.#from = this.#to = step(press);
            draws();
        });
        svg.addEventListener('pointermove', (move) => {
            this.#tell(move);
            if (this.#from === null) return;
            this.#to = step(move);
            draws();
        });
        svg.addEventListener('pointerleave', () => (find('histogram-tip').hidden = true));
        svg.addEventListener('pointerup', () => {
            if (this.#from !== null) this.#choose(Math.min(this.#from, this.#to), Math.max(this.#from, this.#to) + 1);
            this.#from = this.#to = null;
        });
        svg.addEventListener('pointercancel', () => (this.#from = this.#to = null));
        for (const id of ['period-from', 'period-until']) {
            find(id).addEventListener('input', () => {
                const [from, until] = [find('period-from').valueAsNumber, find('period-until').valueAsNumber];
                if (this.#shown) this.#choose(Math.min(from, until - 1), Math.max(until, from + 1));
            });
        }
    }

    #choose(from, until) {
        this.#chosen({ since: Math.floor(this.#shown.timeOf(from)), until: Math.ceil(this.#shown.timeOf(until)) });
    }

    /** Shows the hub's counts of the whole log, and newer events. @param come all events of the page */
    count(timeline, come) {
        this.#whole = timeline;
        for (const event of come) this.add(event);
        this.#draws();
    }

    /** Counts an event that has just come. */
    add(event) {
        this.#whole?.add(Date.parse(event.time), event.type);
    }

    /** Shows the time and the counts of the bar under the pointer. */
    #tell({ offsetX, pointerType }) {
        const svg = find('histogram');
        const tip = find('histogram-tip');
        tip.hidden = this.#shown === null || pointerType === 'touch';
        if (tip.hidden) return;
        const i = Math.max(0, Math.min(this.#parts.length - 1, Math.floor((offsetX / svg.clientWidth) * this.#parts.length)));
        const { types } = this.#parts[i];
        const some = this.#order.filter((type) => types.get(type) > 0).map((type) => `${type} ${number(types.get(type))}`);
        set(tip, [clock(new Date(this.#shown.timeOf(i)), this.#shown.span < SHORT_MS), number(this.#kept[i]), ...some].join(' · '));
        tip.style.left = `${Math.min(offsetX, svg.clientWidth - tip.offsetWidth)}px`;
    }

    /**
     * @param range      the indexes of the first and last visible item
     * @param isFiltered true if a filter has selected the items
     */
    draw(items, range, now, isFiltered) {
        const timeline = this.#shown = (this.#whole ?? Timeline.ofEvents(items.filter(({ event }) => event).map(({ event }) => event)))?.upTo(now) ?? null;
        for (const id of ['period-from', 'period-until']) find(id).disabled = timeline === null;
        if (timeline === null) return render(null, find('histogram'));
        const parts = this.#parts = isFiltered ? partsOf(items, timeline) : wholeParts(items, timeline);
        const wide = WIDTH / parts.length;
        const kept = this.#kept = parts.map(({ total }, i) => Math.max(total, timeline.counts[i]));
        const max = Math.max(1, ...kept);
        const order = this.#order = typesOf(timeline).slice(0, TYPES_MAX);
        const at = (time) => ((Math.max(timeline.begin, Math.min(timeline.end, time)) - timeline.begin) / timeline.span) * WIDTH;
        const box = (name, from, until) => html`<rect class=${name} x=${at(from)} width=${Math.max(4, at(until) - at(from))} y="0" height=${HEIGHT} />`;
        const seen = items.slice(range[0], range[1]).filter(({ event }) => event).map(({ event }) => Date.parse(event.time));
        const period = this.#from === null ? this.period : { since: timeline.timeOf(Math.min(this.#from, this.#to)), until: timeline.timeOf(Math.max(this.#from, this.#to) + 1) };
        render(html`${period && box('period', period.since, period.until)}
            ${seen.length > 0 && seen.length < kept.reduce((sum, each) => sum + each, 0) && box('range', seen[0], seen.at(-1))}
            ${parts.map((part, i) => html`<${Bar} part=${part} kept=${kept[i]} x=${(i * wide).toFixed(1)} width=${(wide - 2).toFixed(1)} max=${max} order=${order} />`)}`, find('histogram'));
        this.#axis(timeline, max);
        render(order.length > 1 ? order.map((type) => html`<button type="button" class=${toneOfType(type)} onClick=${() => this.#filters(type)}>${type}</button>`) : null, find('histogram-types'));
        this.#sliders(timeline);
    }

    #axis(timeline, max) {
        const times = [0, 1 / 3, 2 / 3, 1].map((part) => clock(new Date(timeline.begin + part * timeline.span), timeline.span < SHORT_MS));
        const seconds = timeline.span / timeline.counts.length / 1000;
        set(find('histogram-most'), words('histogram.most', { n: number(max), seconds: number(seconds < 1 ? Number(seconds.toPrecision(1)) : Math.round(seconds)) }));
        for (const [i, time] of times.entries()) set(find('histogram-axis').children[i], time);
    }

    /** The keyboard's way to choose a period. */
    #sliders(timeline) {
        const count = timeline.counts.length;
        const steps = [this.period ? timeline.stepAt(this.period.since) : 0, this.period ? timeline.stepAt(this.period.until - 1) + 1 : count];
        ['period-from', 'period-until'].forEach((id, i) => {
            const slider = find(id);
            slider.max = count;
            if (document.activeElement !== slider) slider.value = steps[i];
            slider.setAttribute('aria-valuetext', clock(new Date(timeline.timeOf(slider.valueAsNumber)), false));
        });
    }
}
