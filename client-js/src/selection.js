/** Matches channels against patterns. */

/** `*` is one segment, a final `**` one or more; neither matches a segment that begins with `$` (docs/protocol.md §1). */
export function matches(pattern, channel, withPresence) {
  if (withPresence && channel.startsWith('$presence/')) channel = channel.slice('$presence/'.length);
  const wanted = pattern.split('/');
  const given = channel.split('/');
  const isOpen = wanted.at(-1) === '**';
  if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return false;
  return given.every((segment, i) => {
    const want = wanted[Math.min(i, wanted.length - 1)];
    const isWild = want === '*' || (want === '**' && isOpen);
    return isWild ? !segment.startsWith('$') : segment === want;
  });
}
