package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which channel has something too old, without looking at all of them. For the writer. About 100 bytes
/// for each channel whose rule has an age.
final class Ageing {
    private final TreeSet<Due> dues = new TreeSet<>();
    private long sequence;

    /// When a channel is to be looked at.
    record Due(long timeMs, long sequence, Channel channel) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(timeMs, other.timeMs);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Due due && sequence == due.sequence;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(sequence);
        }
    }

    /// A channel has its first entry.
    void add(Channel channel, long timeMs) {
        long maxMs = channel.rule.maxAge().toMillis();
        if (timeMs > Long.MAX_VALUE - maxMs - maxMs / 10) return; // Never.
        channel.due = new Due(timeMs + maxMs + maxMs / 10, sequence++, channel);
        dues.add(channel.due);
    }

    /// A channel has nothing left.
    void remove(Channel channel) {
        if (channel.due != null) dues.remove(channel.due);
        channel.due = null;
    }

    /// Entries that go as they are too old, each channel's oldest first, and about so many at most. They are expected
    /// to go now.
    ///
    /// @param looked gets the channels that were looked at
    List<Entry> next(long nowMs, int max, Function<Channel, Source> all, Collection<Channel> looked) {
        List<Entry> old = new ArrayList<>();
        Map<Channel, Entry> again = new LinkedHashMap<>();
        while (old.size() < max && isDue(nowMs)) {
            Channel channel = dues.first().channel;
            looked.add(channel);
            remove(channel);
            Entry left = collect(channel, all.apply(channel), nowMs, max, old);
            if (left != null) again.put(channel, left);
        }
        // Not before: what goes of a channel is still there, and would be found a second time.
        again.forEach((channel, left) -> add(channel, left.timeMs()));
        return old;
    }

    /// Whether some channel is to be looked at now.
    boolean isDue(long nowMs) {
        return !dues.isEmpty() && dues.first().timeMs < nowMs;
    }

    /// Adds a channel's entries that are too old and gives the first that its rule still covers, or that must wait for
    /// the next turn.
    private static @Nullable Entry collect(Channel channel, Source all, long nowMs, int max, List<Entry> old) {
        long maxMs = channel.rule.maxAge().toMillis();
        try (Way way = all.after(channel, channel.passed(), Long.MAX_VALUE)) {
            Entry entry = way.next();
            // What it was due for may have gone for another reason: then a tenth more is not yet reached.
            if (entry == null || nowMs - entry.timeMs() <= maxMs + maxMs / 10) return entry;
            // What is held is looked at each time, so as much comes along.
            long room = Math.max(max - old.size(), channel.held.entries());
            List<Entry> passed = new ArrayList<>();
            while (entry != null && passed.size() < room && nowMs - entry.timeMs() > maxMs) {
                passed.add(entry);
                entry = way.next();
            }
            old.addAll(Keeping.leaving(channel, all, passed));
            return entry;
        }
    }
}
