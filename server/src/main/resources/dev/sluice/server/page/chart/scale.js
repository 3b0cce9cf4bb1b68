// The vertical scale of charts.

/** The end of an axis from 0 on for values up to this: a round number a little above it. */
export function top(greatest) {
    if (!(greatest > 0)) return 1;
    const power = 10 ** Math.floor(Math.log10(greatest));
    return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((each) => each * power).find((each) => each >= greatest * 1.02) ?? 15 * power;
}
