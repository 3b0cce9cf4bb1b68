package dev.sluice.core.store;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Channels in the order of their names, so that those of a pattern are found without looking at all others: names with
/// the same first segments are neighbours, as in a trie, and whatever can't match is stepped over. One writer at a
/// time;
/// any number of readers.
///
/// About 50 bytes a channel.
final class NameIndex {
    /// Comes right behind '/': a name that begins so, behind a prefix, follows all names below that prefix.
    private static final char BEHIND_SLASH = '0';

    private final ConcurrentSkipListMap<String, Channel> channels = new ConcurrentSkipListMap<>();

    void put(Channel channel) {
        channels.put(channel.name.value(), channel);
    }

    void remove(Channel channel) {
        channels.remove(channel.name.value(), channel);
    }

    /// All, or those from behind a name.
    Collection<Channel> behind(@Nullable ChannelName name) {
        return (name == null ? channels : channels.tailMap(name.value(), false)).values();
    }

    /// Adds the channels of a pattern.
    ///
    /// @param steps names that may be looked at
    /// @return how many steps are left; less than 0: they did not do, and some channels may be missing
    int addMatching(Pattern pattern, int steps, Collection<Channel> found) {
        if (pattern.isName()) {
            Channel channel = channels.get(pattern.value());
            if (channel != null) found.add(channel);
            return steps - 1;
        }
        int left = steps;
        Map.Entry<String, Channel> entry = channels.ceilingEntry(beginning(pattern));
        while (entry != null && --left >= 0) {
            Channel channel = entry.getValue();
            if (pattern.matches(channel.name)) {
                found.add(channel);
                entry = channels.higherEntry(entry.getKey());
            } else {
                String next = next(pattern, entry.getKey());
                entry = next == null ? null : channels.ceilingEntry(next);
            }
        }
        return entry == null ? left : -1;
    }

    /// What all names of a pattern begin with.
    private static String beginning(Pattern pattern) {
        return pattern.value().substring(0, pattern.value().indexOf('*'));
    }

    /// The first place behind a name that does not match, and not behind any that does; null: none matches any more.
    private static @Nullable String next(Pattern pattern, String name) {
        List<String> segments = pattern.segments();
        int from = 0;
        int wildcard = -1; // Where the segment ends that the last wildcard stands for.
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean isLast = i == segments.size() - 1;
            if (segment.equals("**")) return name + '\0'; // It is reserved.
            int slash = name.indexOf('/', from);
            if (segment.equals("*")) {
                if (slash < 0) return name + '\0'; // Too short, and a longer one may differ in this segment.
                if (isLast || name.charAt(from) == '$') return name.substring(0, slash) + BEHIND_SLASH;
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
            return wildcard < 0 ? null : name.substring(0, wildcard) + BEHIND_SLASH;
        }
        throw new IllegalStateException("'" + name + "' matches " + pattern);
    }
}
