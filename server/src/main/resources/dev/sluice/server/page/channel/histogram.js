// The events of the list over time: a bar for each step, with a colour for each type. A bar leads to its events.
import { find } from '../dom.js';
import { toneOf } from '../tone.js';
import { html, render } from '../vendor/preact.js';
import { clock, number, words } from '../words.js';

const BARS = 120;
const WIDTH = 1200;
const HEIGHT = 56;
const TYPES_MAX = 6;

/** Counts items by step and type. */
export function count(items, bars = BARS) {
    const events = items.filter(({ event }) => event);
    if (events.length < 2) return null;
    const begin = Date.parse(events[0].event.time);
    const span = Math.max(1000, Date.parse(events.at(-1).event.time) - begin + 1);
    const steps = Array.from({ length: bars }, () => ({ total: 0, types: new Map(), first: null, lost: false }));
    const stepAt = (time) => Math.min(bars - 1, Math.floor(((Date.parse(time) - begin) / span) * bars));
    let place = 0;
    items.forEach((item, i) => {
        if (item.gap) steps[place].lost = true;
        if (!item.event) return;
        place = Math.max(0, stepAt(item.event.time));
        const step = steps[place];
        step.total++;
        step.first ??= i;
        step.types.set(item.event.type, (step.types.get(item.event.type) ?? 0) + 1);
    });
    return { steps, begin, span, max: Math.max(...steps.map(({ total }) => total)) };
}

function Bar({ step, i, max, order }) {
    const width = WIDTH / BARS;
    let y = HEIGHT;
    const parts = order.filter((type) => step.types.has(type)).map((type) => {
        const height = (step.types.get(type) / max) * (HEIGHT - 4);
        y -= height;
        return html`<rect class="tone-${toneOf(type)}" x=${i * width} y=${y.toFixed(1)} width=${width - 2} height=${height.toFixed(1)} />`;
    });
    return html`<g>${parts}${step.lost && html`<line class="loss" x1=${i * width} x2=${i * width} y1="0" y2=${HEIGHT} />`}</g>`;
}

export class Histogram {
    #counted = null;

    /** @param goTo called with the place of an item */
    constructor(goTo) {
        const svg = find('histogram');
        const go = ({ offsetX, buttons, type }) => {
            if (!this.#counted || (type === 'pointermove' && buttons === 0)) return;
            const i = Math.max(0, Math.min(BARS - 1, Math.floor((offsetX / svg.clientWidth) * BARS)));
            const step = this.#counted.steps.slice(i).find(({ first }) => first !== null);
            if (step) goTo(step.first);
        };
        svg.addEventListener('pointerdown', go);
        svg.addEventListener('pointermove', go);
    }

    /** @param range the places of the first and last item in sight */
    draw(items, range) {
        this.#counted = count(items);
        const counted = this.#counted;
        if (counted === null) {
            render(null, find('histogram'));
            return;
        }
        const totals = new Map();
        for (const { types } of counted.steps) for (const [type, n] of types) totals.set(type, (totals.get(type) ?? 0) + n);
        const order = [...totals].sort(([, one], [, other]) => other - one).slice(0, TYPES_MAX).map(([type]) => type);
        const at = (item) => ((Date.parse(item.event.time) - counted.begin) / counted.span) * WIDTH;
        const seen = items.slice(range[0], range[1]).filter(({ event }) => event);
        const box = seen.length > 0 && seen.length < items.length && html`<rect class="range" x=${at(seen[0])} width=${Math.max(4, at(seen.at(-1)) - at(seen[0]))} y="0" height=${HEIGHT} />`;
        render(html`${box}${counted.steps.map((step, i) => html`<${Bar} step=${step} i=${i} max=${counted.max} order=${order} />`)}`, find('histogram'));
        const times = [0, 1 / 3, 2 / 3].map((part) => clock(new Date(counted.begin + part * counted.span), false));
        const most = words('histogram.most', { n: number(counted.max), seconds: Math.max(1, Math.round(counted.span / BARS / 1000)) });
        render(html`<span>${times[0]}</span><span>${times[1]}</span><span>${most}</span><span>${times[2]}</span><span>${clock(new Date(counted.begin + counted.span), false)}</span>`, find('histogram-axis'));
    }
}
