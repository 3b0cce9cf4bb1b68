package dev.sluice.core.channel;

import java.util.List;

/// One term of a selection: a full channel name, or a name in which `*` stands for one whole segment and a final
/// `**` for one or more. Wildcards never match a segment that begins with `$`. `docs/protocol.md` §1.
///
/// @param value    the pattern as written, at most [ChannelName#BYTES_MAX] bytes
/// @param segments the value split at `/`
public record Pattern(String value, List<String> segments) {
    /// Parses a pattern.
    ///
    /// @throws InvalidNameException if the value breaks a rule for names, or if a star is only part of a segment
    public static Pattern of(String value) {
        Names.checkLength(value, ChannelName.BYTES_MAX);
        List<String> segments = List.of(value.split("/", -1));
        int from = 0;
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            Names.checkSegment(value, from, from + segment.length());
            from += segment.length() + 1;
            boolean isStar = segment.equals("*") || (segment.equals("**") && i == segments.size() - 1);
            if (!isStar && segment.indexOf('*') >= 0) {
                throw new InvalidNameException(value, "'*' must be a whole segment, and '**' the last segment");
            }
        }
        return new Pattern(value, segments);
    }

    /// Whether this pattern is a full channel name, without wildcards.
    public boolean isName() {
        return value.indexOf('*') < 0;
    }

    /// Whether the channel matches this pattern. Allocates nothing: readers of wildcards call it for every event.
    public boolean matches(ChannelName channel) {
        String name = channel.value();
        if (isName()) return value.equals(name);
        int from = 0;
        for (String segment : segments) {
            if (from > name.length()) return false;
            if (segment.equals("**")) return name.charAt(from) != '$' && name.indexOf("/$", from) < 0;
            int slash = name.indexOf('/', from);
            int to = slash < 0 ? name.length() : slash;
            boolean isMatch = segment.equals("*")
                    ? name.charAt(from) != '$'
                    : to - from == segment.length() && name.startsWith(segment, from);
            if (!isMatch) return false;
            from = to + 1;
        }
        return from > name.length();
    }

    /// Whether each channel that the other pattern matches is matched by this one too: whether a selection of the
    /// other lies wholly within a grant of this one. `docs/protocol.md` §5.
    public boolean covers(Pattern other) {
        int length = segments.size();
        for (int i = 0; i < length; i++) {
            if (i == other.segments.size()) return false;
            String mine = segments.get(i);
            String its = other.segments.get(i);
            if (mine.equals("**")) return !hasReserved(other.segments.subList(i, other.segments.size()));
            boolean fits = mine.equals("*") ? !its.equals("**") && !its.startsWith("$") : mine.equals(its);
            if (!fits) return false;
        }
        return length == other.segments.size();
    }

    /// Whether some channel could match both patterns.
    public boolean overlaps(Pattern other) {
        return overlap(segments, other.segments);
    }

    private static boolean overlap(List<String> some, List<String> others) {
        int length = Math.min(some.size(), others.size());
        for (int i = 0; i < length; i++) {
            String one = some.get(i);
            String other = others.get(i);
            if (one.equals("**")) return !hasReserved(others.subList(i, others.size()));
            if (other.equals("**")) return !hasReserved(some.subList(i, some.size()));
            boolean areStars = one.equals("*") || other.equals("*");
            if (areStars ? one.startsWith("$") || other.startsWith("$") : !one.equals(other)) return false;
        }
        return some.size() == others.size();
    }

    private static boolean hasReserved(List<String> segments) {
        for (String segment : segments) if (segment.startsWith("$")) return true;
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pattern that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
