// The row of a lane: its strip, its figures, and the buttons for its faults.
import { find, make, put, set, words } from '../../page/program.js';
import { TONES } from './lanes.js';
import { Strip } from './race.js';

const TOGGLES = { unplug: 'plug', slow: 'fast', buffer: 'pass' };

/** The key of a lane's name in words.json. Keys have no digits. */
export const wordOf = (lane) => `lab.name.${lane.replace('2', '')}`;
export const nameOf = (lane) => words(wordOf(lane));

const figure = (value) => (value === null || value === undefined || Number.isNaN(value) ? '–' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
export { figure };

export class LaneView {
    #lane;
    #row = make('article', 'lab-lane', '');
    #figures = make('p', 'figures', '');
    #why = make('p', 'why', '');
    #buttons = [];
    strip;

    /** @param on called with the action of a button: `cut`, `unplug`, `plug`, … , `tabs` */
    constructor(lane, on) {
        this.#lane = lane;
        this.#row.classList.add(`tone-${TONES[lane]}`);
        this.#row.id = `lane-${lane}`;
        const name = make('h3', '', '');
        put(name, wordOf(lane));
        const canvas = make('canvas', '', '');
        canvas.setAttribute('aria-hidden', 'true');
        this.strip = new Strip(canvas);
        const troubles = make('div', 'troubles', '');
        for (const kind of ['cut', 'unplug', 'slow', 'buffer', ...(lane === 'sse' ? ['tabs'] : [])]) troubles.append(this.#button(kind, on));
        this.#row.append(name, canvas, this.#figures, troubles, this.#why);
        find('lanes').append(this.#row);
        this.show({ p50: null, up: null, down: null, requests: null, open: 0 });
        this.enable(false);
    }

    #button(kind, on) {
        const button = make('button', 'small', '');
        button.type = 'button';
        button.dataset.kind = kind;
        put(button, `lab.${kind}`);
        const back = TOGGLES[kind];
        if (back) button.setAttribute('aria-pressed', 'false');
        button.addEventListener('click', () => {
            const isOn = back && button.getAttribute('aria-pressed') === 'true';
            if (back) button.setAttribute('aria-pressed', String(!isOn));
            on(isOn ? back : kind);
        });
        this.#buttons.push(button);
        return button;
    }

    enable(is) {
        for (const each of this.#buttons) {
            each.disabled = !is;
            if (each.hasAttribute('aria-pressed') && !is) each.setAttribute('aria-pressed', 'false');
        }
    }

    now(is) {
        this.#row.toggleAttribute('data-now', is);
    }

    show({ p50, upP50, up, down, requests, open }) {
        const latency = upP50 === null || upP50 === undefined ? `${figure(p50)} ms` : `${figure(p50)} ms ↓ ${figure(upP50)} ms ↑`;
        put(this.#figures, 'lab.lane.figures', { latency, up: figure(up), down: figure(down), requests: figure(requests), open });
    }

    why(text) {
        set(this.#why, text);
    }
}
