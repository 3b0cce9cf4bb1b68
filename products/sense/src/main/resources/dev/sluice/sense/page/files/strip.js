// The strip of a check: its last outcomes as bars, a failure as a full bar, with the latency as a line above
// them.
import { age, clock, language, number, words } from '../../page/program.js';

export const BARS = 90;
const SVG = 'http://www.w3.org/2000/svg';
const STEP = 3;
const WIDTH = BARS * STEP;
const LINE = 22;
const HEIGHT = 36;
const LOW = 5; // The height of a passed outcome's bar, below the line.

export class Strip {
    element = document.createElementNS(SVG, 'svg');
    #samples = [];
    #paths = {};
    #isDrawn = true;

    constructor() {
        this.element.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
        this.element.setAttribute('preserveAspectRatio', 'none');
        this.element.setAttribute('class', 'sense-strip');
        this.element.setAttribute('role', 'img');
        for (const kind of ['passed', 'unclear', 'failed', 'latency']) {
            this.#paths[kind] = document.createElementNS(SVG, 'path');
            this.#paths[kind].setAttribute('class', kind);
            this.element.append(this.#paths[kind]);
        }
        this.#draw();
    }

    /** @param sample the data of an event of `sense/samples/NAME` */
    take(sample) {
        this.#samples.push(sample);
        if (this.#samples.length > BARS) this.#samples.shift();
        if (!this.#isDrawn) return;
        this.#isDrawn = false;
        requestAnimationFrame(() => this.#draw());
    }

    #draw() {
        this.#isDrawn = true;
        const lines = { passed: '', unclear: '', failed: '', latency: '' };
        const top = Math.max(1, ...this.#samples.map(({ latency_ms: latency = 0 }) => latency));
        let isGap = true;
        this.#samples.forEach(({ result, latency_ms: latency }, i) => {
            const x = (BARS - this.#samples.length + i) * STEP + 1;
            lines[result in lines ? result : 'unclear'] += `M${x} ${HEIGHT}V${result === 'failed' ? 0 : HEIGHT - LOW}`;
            if (latency === undefined) {
                isGap = true;
                return;
            }
            lines.latency += `${isGap ? 'M' : 'L'}${x} ${(LINE + 3 - (latency / top) * LINE).toFixed(1)}${isGap ? 'h1' : ''}`;
            isGap = false;
        });
        for (const [kind, path] of Object.entries(this.#paths)) path.setAttribute('d', lines[kind]);
        const failed = this.#samples.filter(({ result }) => result === 'failed').length;
        this.element.setAttribute('aria-label', words('sense.strip', { n: number(this.#samples.length), failed: number(failed) }));
    }
}

/** Returns a text of an outcome in the visitor's language; text from outside is not translated. */
export function phrase(outcome, key) {
    const known = outcome.phrases?.[key];
    if (!known) return outcome[key];
    const [a, b] = known.values;
    return words(`sense.phrase.${known.code}`, { a, b });
}

/** In Chinese there is no space between words, except before a word in Latin letters. */
const spaced = (text) => (language() === 'zh' && /^[!-~]/.test(text) ? ` ${text}` : text);

/** Describes what was expected and what was found. */
export const expectation = (outcome) => words('sense.expected', { expected: spaced(phrase(outcome, 'expected')), found: spaced(phrase(outcome, 'found')) });

/** Describes what was found, without the expectation if any response would have met it. */
const outage = (outcome) => (['answer', 'answer-within', 'connection'].includes(outcome.phrases?.expected?.code) ? phrase(outcome, 'found') : expectation(outcome));

/** Formats a latency. */
export const milliseconds = (ms) => (ms < 1000 ? `${number(Math.round(ms * (ms < 10 ? 10 : 1)) / (ms < 10 ? 10 : 1))} ms` : `${number(Math.round(ms / 10) / 100)} s`);

/** Formats a duration, which may be below a second. */
export const span = (ms) => (ms < 1000 ? milliseconds(Math.max(0, ms)) : age(ms));

/** Returns the failure behind a state, without the newest outcome, which may have passed already. */
export const failure = ({ expected, found, reason, phrases, cause }) => ({ expected, found, reason, phrases, cause });

/** Returns the text of a tile for a check that is down: since when, and why. */
export const outageSince = (check) => words('sense.down-since', { time: clock(new Date(check.since), false).slice(0, -3), why: outage(check) });

/** Returns a short text for the newest outcome: the latency, or what was expected and found. */
export function answer(outcome) {
    const { result, latency_ms: latency, answer: text, expected, reason, cause } = outcome;
    if (cause) return words('sense.because', { cause });
    // A check without latency, for example of a server's figures, shows only its text.
    if (result === 'passed' && latency !== undefined) return latency > 0 ? milliseconds(latency) : text;
    if (expected) return expectation(outcome);
    return reason ? phrase(outcome, 'reason') : '';
}
