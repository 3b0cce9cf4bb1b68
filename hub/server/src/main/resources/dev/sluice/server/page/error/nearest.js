// Finds the names most similar to a mistyped one.

const LENGTH_MAX = 64;
const DISTANCE_MAX = 4;

/** The number of characters to insert, remove or replace (Levenshtein). */
export function distance(one, other) {
    let row = Array.from({ length: other.length + 1 }, (_, i) => i);
    for (let i = 1; i <= one.length; i++) {
        const next = [i];
        for (let j = 1; j <= other.length; j++) {
            const replaced = row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
            next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
        }
        row = next;
    }
    return row.at(-1);
}

/** Names that contain the text, or differ from it by few characters; nearest first. */
export function nearest(text, names) {
    const wanted = text.toLowerCase().slice(0, LENGTH_MAX);
    if (wanted === '') return names;
    const scored = names.map((name) => {
        const each = name.toLowerCase();
        const isPart = each.includes(wanted) || (each.length > 2 && wanted.includes(each));
        return { name, score: isPart ? 1 : distance(wanted, each.slice(0, LENGTH_MAX)) };
    });
    return scored.filter(({ score }) => score <= DISTANCE_MAX).sort((one, other) => one.score - other.score).map(({ name }) => name);
}
