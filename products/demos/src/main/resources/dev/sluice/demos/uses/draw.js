// Draws a view at most ten times a second, and only while its page is visible.

const PERIOD_MS = 100;

/** Returns a function that asks for the next drawing. */
export function drawing(draw) {
    let isDue = false;
    return () => {
        if (isDue) return;
        isDue = true;
        setTimeout(() => requestAnimationFrame(() => {
            isDue = false;
            draw();
        }), PERIOD_MS);
    };
}

/** Returns the context of a canvas that has as many pixels as its screen shows, and its size in CSS pixels. */
export function sharp(canvas) {
    const { clientWidth: width, clientHeight: height } = canvas;
    const ratio = devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { context, width, height };
}

/** Returns a colour of the page's present theme, as a canvas understands it. */
export function colour(canvas, name) {
    canvas.style.color = `var(--${name})`;
    return getComputedStyle(canvas).color;
}
