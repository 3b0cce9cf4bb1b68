// The states of checks, each with a word, a shape and a colour (the last two by `data-state`).
import { make, put } from '../../page/program.js';

/** The states, the worst first. */
export const STATES = ['down', 'failing', 'warning', 'slow', 'unknown', 'maintenance', 'paused', 'up'];

export const SIGNS = { down: '✕', failing: '!', warning: '!', slow: '~', unknown: '?', maintenance: 'M', paused: 'Ⅱ', up: '✓' };

const RANKS = new Map(STATES.map((state, i) => [state, i]));

export const rank = (state) => RANKS.get(state) ?? RANKS.get('unknown');

/** A slow answer and a certificate that expires soon are warnings: the check is up. */
export const isWarning = ({ kind }) => kind === 'latency' || kind === 'certificate';

/** Returns the state of a check with this open incident. */
export const openState = (incident) => (isWarning(incident) ? 'warning' : 'down');

/** Creates an element that shows a state by word, shape and colour. */
export function mark() {
    const element = make('span', 'sense-state');
    const sign = element.appendChild(make('span', 'sense-sign'));
    sign.ariaHidden = 'true';
    element.append(make('span', 'sense-word'));
    return element;
}

export function show(element, state) {
    const known = state in SIGNS ? state : 'unknown';
    if (element.dataset.state === known) return;
    element.dataset.state = known;
    element.firstChild.textContent = SIGNS[known];
    put(element.lastChild, `sense.is.${known}`);
}

/** Creates an element for a state that does not change. */
export function stateOf(state) {
    const element = mark();
    show(element, state);
    return element;
}
