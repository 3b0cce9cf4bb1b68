/** Matches channels against patterns. */

/** `*` is one segment, a final `**` one or more; neither matches a segment that begins with `$` (docs/protocol.md §1). */
export function matches(pattern, channel, withPresence) {
  const wanted = pattern.split('/');
  const given = (withPresence ? channel.replace(/^\$presence\//, '') : channel).split('/');
  const isOpen = wanted.at(-1) === '**';
  if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return false;
  return given.every((segment, i) => {
    const want = wanted[i] ?? '**';
    const isWild = want === '*' || (want === '**' && isOpen);
    return isWild ? !segment.startsWith('$') : segment === want;
  });
}
