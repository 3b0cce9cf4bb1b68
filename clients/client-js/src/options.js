/** A misspelt option would silently do nothing. */
export function onlyKnown(names, known) {
  for (const name of names) {
    if (!known.includes(name)) throw new TypeError(`Unknown option '${name}'; there are ${known.join(', ')}.`);
  }
}
