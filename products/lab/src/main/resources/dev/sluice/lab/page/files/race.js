// The strips of the lanes: each event is a dot that moves to the right as it ages, and fades where it
// arrived. The results of a measurement stay as bars.
import { Dots, place } from './dots.js';

const RADIUS = 3.5;
const BARS = 40;
const BARS_MS = 1000; // The time between two drawings of bars, which would flicker otherwise.

const still = matchMedia('(prefers-reduced-motion: reduce)');

export class Strip {
    dots = new Dots();
    #canvas;
    #drawn = 0;

    constructor(canvas) {
        this.#canvas = canvas;
    }

    /** Shows the events of a measurement until the next run. @param latencies in milliseconds */
    keep(latencies) {
        this.dots.keep(latencies);
        this.#drawn = 0;
        this.draw(performance.timeOrigin + performance.now()); // After the run nothing else draws the strip.
    }

    /** @param ms the server's wall clock */
    draw(ms) {
        if (still.matches && ms - this.#drawn < BARS_MS) return;
        this.#drawn = ms;
        this.dots.forget(ms);
        const { clientWidth: width, clientHeight: height } = this.#canvas;
        const scale = devicePixelRatio;
        if (this.#canvas.width !== Math.round(width * scale)) this.#canvas.width = Math.round(width * scale);
        if (this.#canvas.height !== Math.round(height * scale)) this.#canvas.height = Math.round(height * scale);
        const pen = this.#canvas.getContext('2d');
        pen.setTransform(scale, 0, 0, scale, 0, 0);
        pen.clearRect(0, 0, width, height);
        pen.fillStyle = getComputedStyle(this.#canvas).color;
        this.#grid(pen, width, height);
        if (still.matches || this.dots.kept) this.#bars(pen, width, height);
        else this.#dots(pen, width, height, ms);
    }

    #grid(pen, width, height) {
        pen.globalAlpha = 0.25;
        for (const each of [1, 10, 100, 1000]) pen.fillRect(this.#x(place(each), width), 0, 1, height);
        pen.globalAlpha = 1;
    }

    #x(part, width) {
        return RADIUS + part * (width - 2 * RADIUS);
    }

    #dots(pen, width, height, ms) {
        const dot = (x, y, alpha) => {
            pen.globalAlpha = alpha;
            pen.beginPath();
            pen.arc(x, y, RADIUS, 0, 7);
            pen.fill();
        };
        const row = (number) => RADIUS + 2 + ((number * 7) % Math.max(1, height - 2 * RADIUS - 4));
        this.dots.landed.forEach(([part, at], i) => dot(this.#x(part, width), row(i), this.dots.rest(at, ms)));
        for (const [number, at] of this.dots.waiting) dot(this.#x(place(ms - at), width), row(number), 0.45);
    }

    /** Draws how many events arrived at which latency: for a measurement, and for visitors who prefer reduced motion. */
    #bars(pen, width, height) {
        const counts = this.dots.histogram(BARS);
        const most = Math.max(1, ...counts);
        counts.forEach((count, i) => pen.fillRect((i * width) / BARS, height - (count / most) * height, width / BARS - 1, height));
    }
}
