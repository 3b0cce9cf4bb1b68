// The strips of the race: each event is a dot that moves to the right as it ages, and stays where it arrived.
const SHOWN_MS = 1500;
const FADE_MS = 1200;
const DOTS_MAX = 400;
const RADIUS = 3.5;

/** Returns where an age is: the first ten milliseconds have a third of the strip, because most lanes are there. */
export function place(ms) {
    const all = Math.log10(1 + SHOWN_MS);
    return Math.min(1, Math.log10(1 + Math.max(0, ms)) / all);
}

const still = matchMedia('(prefers-reduced-motion: reduce)');

export class Strip {
    #canvas;
    #tone;
    #waiting = new Map(); // By number: when it was published, in milliseconds.
    #landed = []; // [where, when]

    constructor(canvas, tone) {
        this.#canvas = canvas;
        this.#tone = tone;
    }

    /** An event is known to exist, as another lane has it or this one will. */
    published(number, ms) {
        if (this.#waiting.size < DOTS_MAX) this.#waiting.set(number, ms);
    }

    arrived(number, latency, ms) {
        this.#waiting.delete(number);
        this.#landed.push([place(latency), ms]);
        if (this.#landed.length > DOTS_MAX) this.#landed.shift();
    }

    clear() {
        this.#waiting.clear();
        this.#landed.length = 0;
    }

    /** @param ms the server's wall clock */
    draw(ms) {
        const { clientWidth: width, clientHeight: height } = this.#canvas;
        const scale = devicePixelRatio;
        if (this.#canvas.width !== Math.round(width * scale)) this.#canvas.width = Math.round(width * scale);
        if (this.#canvas.height !== Math.round(height * scale)) this.#canvas.height = Math.round(height * scale);
        const pen = this.#canvas.getContext('2d');
        pen.setTransform(scale, 0, 0, scale, 0, 0);
        pen.clearRect(0, 0, width, height);
        pen.fillStyle = getComputedStyle(this.#canvas).color;
        this.#grid(pen, width, height);
        if (still.matches) this.#bars(pen, width, height);
        else this.#dots(pen, width, height, ms);
        while (this.#landed.length && ms - this.#landed[0][1] > FADE_MS) this.#landed.shift();
        for (const [number, at] of this.#waiting) if (ms - at > 60_000) this.#waiting.delete(number);
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
        this.#landed.forEach(([part, at], i) => dot(this.#x(part, width), row(i), Math.max(0, 1 - (ms - at) / FADE_MS)));
        for (const [number, at] of this.#waiting) dot(this.#x(place(ms - at), width), row(number), 0.45);
    }

    /** For those who want no motion: how many arrived where, as bars. */
    #bars(pen, width, height) {
        const counts = new Array(40).fill(0);
        for (const [part] of this.#landed) counts[Math.min(39, Math.floor(part * 40))]++;
        const most = Math.max(1, ...counts);
        counts.forEach((count, i) => pen.fillRect((i * width) / 40, height - (count / most) * height, width / 40 - 1, height));
    }
}
