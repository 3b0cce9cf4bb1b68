// Small charts without axes.

/** The paths of a line and of the area below it, and of what is not known, in a box of this size. Missing values are gaps. */
export function paths(values, width, height) {
    const top = Math.max(1e-9, ...values.filter((each) => each !== null));
    const x = (i) => ((i * width) / Math.max(1, values.length - 1)).toFixed(1);
    const y = (value) => (height - 1 - (value / top) * (height - 6)).toFixed(1);
    let line = '';
    let area = '';
    let unknown = '';
    for (let i = 0; i < values.length; i++) {
        if (values[i] === null) {
            if (i === 0 || values[i - 1] !== null) unknown += `M${x(Math.max(0, i - 1))} ${height / 2}`;
            if (i === values.length - 1 || values[i + 1] !== null) unknown += `H${x(Math.min(values.length - 1, i + 1))}`;
            continue;
        }
        const begins = i === 0 || values[i - 1] === null;
        const ends = i === values.length - 1 || values[i + 1] === null;
        const point = `${x(i)} ${y(values[i])}`;
        line += `${begins ? 'M' : 'L'}${point}`;
        area += `${begins ? `M${x(i)} ${height}L` : 'L'}${point}${ends ? `L${x(i)} ${height}Z` : ''}`;
    }
    return { line, area, unknown };
}

/** Draws values into an `svg` with an area and a line. */
export function draw(svg, values) {
    const { width, height } = svg.viewBox.baseVal;
    for (const [name, path] of Object.entries(paths(values, width, height))) svg.querySelector(`.${name}`).setAttribute('d', path);
}

/** Marks a value of those that were drawn. @param at its place; null: none */
export function mark(svg, at, count) {
    const cross = svg.querySelector('.cross');
    cross.toggleAttribute('hidden', at === null);
    if (at === null) return;
    const x = ((at * svg.viewBox.baseVal.width) / Math.max(1, count - 1)).toFixed(1);
    cross.setAttribute('d', `M${x} 0V${svg.viewBox.baseVal.height}`);
}
