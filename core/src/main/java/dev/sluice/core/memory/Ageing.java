package dev.sluice.core.memory;

import dev.sluice.core.event.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Which channel has something too old, without looking at all of them. Under the log's lock. About 100 bytes
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

    /// Entries of one channel that are too old, oldest first and at most so many; none if no channel has any.
    List<Entry> next(long nowMs, int max) {
        while (!dues.isEmpty() && dues.first().timeMs < nowMs) {
            Channel channel = dues.first().channel;
            Entry oldest = channel.track.after(0, Long.MAX_VALUE).next();
            remove(channel);
            if (oldest != null)
                add(channel, oldest.timeMs()); // Later than it was, if that one went for another reason.
            if (channel.due != null && channel.due.timeMs < nowMs) return tooOld(channel, nowMs, max);
        }
        return List.of();
    }

    private static List<Entry> tooOld(Channel channel, long nowMs, int max) {
        long maxMs = channel.rule.maxAge().toMillis();
        List<Entry> old = new ArrayList<>();
        Walk walk = channel.track.after(0, Long.MAX_VALUE);
        for (Entry entry = walk.next(); entry != null && old.size() < max; entry = walk.next()) {
            if (nowMs - entry.timeMs() <= maxMs) break;
            old.add(entry);
        }
        return old;
    }
}
