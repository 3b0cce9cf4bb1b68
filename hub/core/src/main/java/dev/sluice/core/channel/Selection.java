package dev.sluice.core.channel;

import java.util.List;

/// The channels that a subscriber requests: one to 64 patterns. An event of a channel that matches several
/// patterns is delivered once. Immutable, safe to share.
///
/// @param patterns without duplicates, in the order of the request
public record Selection(List<Pattern> patterns) {
    /// Limits the matching cost that one request can cause.
    public static final int PATTERNS_MAX = 64;

    /// The number of segments that one name or pattern may have before it counts as more than one in [#weight]:
    /// each segment costs a string and a node of the [PatternTrie].
    private static final int SEGMENTS_PER_UNIT = 4;

    public Selection {
        patterns = patterns.stream().distinct().toList();
        if (patterns.isEmpty() || patterns.size() > PATTERNS_MAX) {
            throw new IllegalArgumentException(
                    "a selection must have 1 to " + PATTERNS_MAX + " channels, had " + patterns.size());
        }
    }

    public static Selection of(ChannelName channel) {
        return of(channel.value());
    }

    /// Parses patterns.
    ///
    /// @throws InvalidNameException if one of them is not a valid pattern
    public static Selection of(String... patterns) {
        return new Selection(List.of(patterns).stream().map(Pattern::of).toList());
    }

    public boolean matches(ChannelName channel) {
        for (int i = 0; i < patterns.size(); i++) if (patterns.get(i).matches(channel)) return true;
        return false;
    }

    /// Whether every pattern is a full channel name: such a selection is read channel by channel, and ends when
    /// all its channels have ended.
    public boolean isNamed() {
        for (int i = 0; i < patterns.size(); i++) if (!patterns.get(i).isName()) return false;
        return true;
    }

    /// The channels whose full names are given.
    public List<ChannelName> names() {
        return patterns.stream()
                .filter(Pattern::isName)
                .map(pattern -> new ChannelName(pattern.value()))
                .toList();
    }

    /// Whether the selection is exactly one full channel name.
    public boolean isSingle() {
        return patterns.size() == 1 && patterns.getFirst().isName();
    }

    /// Compares without the iterators of the lists, because each read of a reader compares selections.
    @Override
    public boolean equals(Object other) {
        if (this == other) return true;
        if (!(other instanceof Selection that) || patterns.size() != that.patterns.size()) return false;
        for (int i = 0; i < patterns.size(); i++) if (!patterns.get(i).equals(that.patterns.get(i))) return false;
        return true;
    }

    @Override
    public int hashCode() {
        return patterns.hashCode();
    }

    /// How much this selection counts towards limits on names and patterns: long ones count more than once.
    public int weight() {
        int weight = 0;
        for (Pattern pattern : patterns)
            weight += Math.ceilDiv(pattern.segments().size(), SEGMENTS_PER_UNIT);
        return weight;
    }
}
