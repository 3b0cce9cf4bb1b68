// Small charts without axes. Their unit is half a pixel, in whole numbers.

/** The paths of a line, of the area below it, and of unknown values, in a box of this size. Missing values are gaps. */
export function paths(values, width, height) {
    const top = Math.max(1e-9, ...values.filter((each) => each !== null));
    const last = values.length - 1;
    const x = (i) => Math.round((i * width) / Math.max(1, last));
    const y = (value) => Math.round(height - 2 - (value / top) * (height - 12));
    let line = '';
    let area = '';
    let unknown = '';
    for (let from = 0, to = 0; from <= last; from = ++to) {
        while (to < last && (values[to + 1] === null) === (values[from] === null)) to++;
        if (values[from] === null) {
            unknown += `M${x(Math.max(0, from - 1))} ${height / 2}H${x(Math.min(last, to + 1))}`;
            continue;
        }
        let curve = `${y(values[from])}`;
        for (let i = from + 1; i <= to; i++) curve += `L${x(i)} ${y(values[i])}`;
        line += `M${x(from)} ${curve}`;
        area += `M${x(from)} ${height}V${curve}V${height}Z`;
    }
    return { line, area, unknown };
}

/** Draws values into an `svg` with an area and a line. */
export function draw(svg, values) {
    const { width, height } = svg.viewBox.baseVal;
    for (const [name, path] of Object.entries(paths(values, width, height))) svg.querySelector(`.${name}`).setAttribute('d', path);
}

/** Marks one of the drawn values. @param at its index; null for none */
export function mark(svg, at, count) {
    const cross = svg.querySelector('.cross');
    cross.toggleAttribute('hidden', at === null);
    if (at === null) return;
    const x = Math.round((at * svg.viewBox.baseVal.width) / Math.max(1, count - 1));
    cross.setAttribute('d', `M${x} 0V${svg.viewBox.baseVal.height}`);
}
