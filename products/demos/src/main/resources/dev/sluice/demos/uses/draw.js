// Draws a view at most ten times a second, and only while its page is visible.

const PERIOD_MS = 100;

/** Returns a function that requests the next drawing. */
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

/** Returns the context of a canvas with as many pixels as the screen shows, and its size in CSS pixels. */
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

/** Returns a colour of the page's current theme as a value for a canvas. */
export function colour(canvas, name) {
    canvas.style.color = `var(--${name})`;
    return getComputedStyle(canvas).color;
}
