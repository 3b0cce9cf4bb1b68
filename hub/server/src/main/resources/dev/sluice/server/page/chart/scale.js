// The vertical scale of charts.

/** The end of an axis from 0 for values up to this one: a round number slightly above it. */
export function top(greatest) {
    if (!(greatest > 0)) return 1;
    const power = 10 ** Math.floor(Math.log10(greatest));
    return [10, 11, 12.5, 15, 17.5, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90, 100].map((each) => (each * power) / 10).find((each) => each >= greatest * 1.02) ?? 11 * power;
}

/** The ends of a logarithmic axis: the powers of ten around these values. */
export function decades(least, greatest) {
    if (!(greatest > 0)) return [1, 10];
    const from = Math.floor(Math.log10(least > 0 ? least : greatest));
    return [10 ** from, 10 ** Math.max(from + 1, Math.ceil(Math.log10(greatest)))];
}
