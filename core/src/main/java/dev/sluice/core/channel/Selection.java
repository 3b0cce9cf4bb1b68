package dev.sluice.core.channel;

import java.util.List;

/// The channels that a subscriber asked for: one to 64 patterns. A channel that matches twice is delivered once.
/// Immutable, safe to share.
///
/// @param patterns without repetition, in the order asked for
public record Selection(List<Pattern> patterns) {
    /// So that a request line can't make the server match without end.
    public static final int PATTERNS_MAX = 64;

    /// So many segments of a name or pattern fit into what one may cost in memory: each is a string, and a node of the
    /// trie of patterns.
    private static final int SEGMENTS_EACH = 4;

    public Selection {
        patterns = patterns.stream().distinct().toList();
        if (patterns.isEmpty() || patterns.size() > PATTERNS_MAX) {
            throw new IllegalArgumentException("a selection has 1 to " + PATTERNS_MAX + " channels");
        }
    }

    public static Selection of(ChannelName channel) {
        return of(channel.value());
    }

    /// Reads patterns.
    ///
    /// @throws InvalidName if one of them is no valid pattern
    public static Selection of(String... patterns) {
        return new Selection(List.of(patterns).stream().map(Pattern::of).toList());
    }

    public boolean matches(ChannelName channel) {
        for (Pattern pattern : patterns) if (pattern.matches(channel)) return true;
        return false;
    }

    /// Whether every channel is named in full, so that the selection can be read channel by channel and can end.
    public boolean isNamed() {
        for (Pattern pattern : patterns) if (!pattern.isName()) return false;
        return true;
    }

    /// The channels named in full.
    public List<ChannelName> names() {
        return patterns.stream()
                .filter(Pattern::isName)
                .map(pattern -> new ChannelName(pattern.value()))
                .toList();
    }

    /// Whether the selection is exactly one channel named in full.
    public boolean isSingle() {
        return patterns.size() == 1 && patterns.getFirst().isName();
    }

    /// How many names and patterns it counts for where these are limited: a long one for several.
    public int weight() {
        int weight = 0;
        for (Pattern pattern : patterns)
            weight += Math.ceilDiv(pattern.segments().size(), SEGMENTS_EACH);
        return weight;
    }
}
