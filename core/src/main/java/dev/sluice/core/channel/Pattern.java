package dev.sluice.core.channel;

import java.util.List;

/// One term of a selection: a channel's full name, or a name in which `*` is one whole segment and a final `**` one or
/// more. Wildcards never match a segment that begins with `$`. `docs/protocol.md` §1.
///
/// @param value the pattern as it was written, at most [ChannelName#BYTES_MAX] bytes
public record Pattern(String value, List<String> segments) {
    /// Reads a pattern.
    ///
    /// @throws InvalidName if the value breaks a rule of names, or a star is not a segment of its own
    public static Pattern of(String value) {
        Names.checkLength(value, ChannelName.BYTES_MAX);
        List<String> segments = List.of(value.split("/", -1));
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            Names.checkSegment(value, segment);
            boolean star = segment.equals("*") || (segment.equals("**") && i == segments.size() - 1);
            if (!star && segment.indexOf('*') >= 0) {
                throw new InvalidName(value, "'*' is one whole segment, '**' the last one of a selection");
            }
        }
        return new Pattern(value, segments);
    }

    /// Whether this pattern is a channel's full name.
    public boolean isName() {
        return value.indexOf('*') < 0;
    }

    /// Whether the channel belongs to this pattern. Makes no garbage: a wildcard's reader asks this of every event.
    public boolean matches(ChannelName channel) {
        String name = channel.value();
        if (isName()) return value.equals(name);
        int from = 0;
        for (String segment : segments) {
            if (from > name.length()) return false;
            if (segment.equals("**")) return name.charAt(from) != '$' && name.indexOf("/$", from) < 0;
            int slash = name.indexOf('/', from);
            int to = slash < 0 ? name.length() : slash;
            boolean fits = segment.equals("*")
                    ? name.charAt(from) != '$'
                    : to - from == segment.length() && name.startsWith(segment, from);
            if (!fits) return false;
            from = to + 1;
        }
        return from > name.length();
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
