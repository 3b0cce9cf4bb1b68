package dev.sluice.core.index;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Channels in the order of their names, so that the channels of a pattern are found without examining all
/// others: names with the same first segments are adjacent, as in a trie, and ranges that cannot match are
/// skipped. One writer at a time, any number of readers.
///
/// Takes about 50 bytes per channel.
final class NameIndex {
    /// The character after '/'. A prefix followed by it sorts after all names below that prefix.
    private static final char AFTER_SLASH = '0';

    private final ConcurrentSkipListMap<String, ChannelIndex> channels = new ConcurrentSkipListMap<>();

    void put(ChannelIndex channel) {
        channels.put(channel.name.value(), channel);
    }

    void remove(ChannelIndex channel) {
        channels.remove(channel.name.value(), channel);
    }

    /// All channels, or those after a name.
    Collection<ChannelIndex> after(@Nullable ChannelName name) {
        return (name == null ? channels : channels.tailMap(name.value(), false)).values();
    }

    /// The first channel, or the first one after a name; null if none follows.
    @Nullable
    ChannelIndex first(@Nullable ChannelName name) {
        Map.Entry<String, ChannelIndex> first =
                name == null ? channels.firstEntry() : channels.higherEntry(name.value());
        return first == null ? null : first.getValue();
    }

    /// Adds the channels of a pattern.
    ///
    /// @param steps the maximum number of names examined
    /// @return the number of steps left; negative if there were too few, so that channels may be missing
    int addMatching(Pattern pattern, int steps, Collection<ChannelIndex> found) {
        if (pattern.isName()) {
            ChannelIndex channel = channels.get(pattern.value());
            if (channel != null) found.add(channel);
            return steps - 1;
        }
        int left = steps;
        Map.Entry<String, ChannelIndex> entry = channels.ceilingEntry(prefix(pattern));
        while (entry != null && --left >= 0) {
            ChannelIndex channel = entry.getValue();
            if (pattern.matches(channel.name)) {
                found.add(channel);
                entry = channels.higherEntry(entry.getKey());
            } else {
                String next = seekTarget(pattern, entry.getKey());
                entry = next == null ? null : channels.ceilingEntry(next);
            }
        }
        return entry == null ? left : -1;
    }

    /// The common prefix of all names that match a pattern.
    private static String prefix(Pattern pattern) {
        return pattern.value().substring(0, pattern.value().indexOf('*'));
    }

    /// The name from which to continue after one that does not match, without skipping a match; null if no match
    /// can follow.
    private static @Nullable String seekTarget(Pattern pattern, String name) {
        List<String> segments = pattern.segments();
        int from = 0;
        int wildcard = -1; // The end of the segment that the last wildcard stands for.
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean isLast = i == segments.size() - 1;
            if (segment.equals("**")) return name + '\0'; // The name is reserved.
            int slash = name.indexOf('/', from);
            if (segment.equals("*")) {
                if (slash < 0) return name + '\0'; // Too short; a longer name may differ in this segment.
                if (isLast || name.charAt(from) == '$') return name.substring(0, slash) + AFTER_SLASH;
                wildcard = slash;
                from = slash + 1;
                continue;
            }
            String wanted = isLast ? segment : segment + '/';
            String rest = name.substring(from);
            if (!isLast && rest.startsWith(wanted)) {
                from += wanted.length();
                continue;
            }
            if (rest.compareTo(wanted) < 0) return name.substring(0, from) + wanted;
            return wildcard < 0 ? null : name.substring(0, wildcard) + AFTER_SLASH;
        }
        throw new IllegalStateException("'" + name + "' matches " + pattern);
    }
}
