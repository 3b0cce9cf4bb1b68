/** The median of the numbers in a list, the lower one of two; undefined if there are none. */
export function median(values) {
    const sorted = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
    return sorted.length ? sorted[Math.floor((sorted.length - 1) / 2)] : undefined;
}
