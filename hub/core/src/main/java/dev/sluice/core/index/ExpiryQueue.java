package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds channels with expired entries without examining all channels: those whose oldest entry exceeds the
/// maximum age of their rule by a tenth. Takes about 100 bytes for each channel whose rule has an age. For the
/// writer.
public final class ExpiryQueue {
    private final TreeSet<Due> dues = new TreeSet<>();

    ExpiryQueue() {}

    /// The time at which a channel is due for a check.
    ///
    /// @param position the position of its oldest entry, which no other channel has
    record Due(long timeMs, long position, ChannelIndex channel) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(timeMs, other.timeMs);
            return byTime != 0 ? byTime : Long.compare(position, other.position);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Due due && timeMs == due.timeMs && position == due.position;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(position);
        }
    }

    /// Adds a channel, or moves it, by the oldest entry that its rule covers.
    public void add(ChannelIndex channel, Entry oldest) {
        add(channel, oldest.timeMs(), oldest.position());
    }

    void add(ChannelIndex channel, long timeMs, long position) {
        remove(channel);
        long maxMs = channel.rule().maxAge().toMillis();
        if (timeMs > Long.MAX_VALUE - maxMs - maxMs / 10) return; // Never.
        channel.due = new Due(timeMs + maxMs + maxMs / 10, position, channel);
        dues.add(channel.due);
    }

    /// Removes a channel that has nothing left to expire.
    public void remove(ChannelIndex channel) {
        Due due = channel.due;
        if (due != null) dues.remove(due);
        channel.due = null;
    }

    /// Returns true if a channel is due for a check.
    public boolean isDue(long nowMs) {
        return !dues.isEmpty() && dues.first().timeMs < nowMs;
    }

    /// The channel to check first.
    public ChannelIndex first() {
        return dues.first().channel;
    }

    /// Whether a channel is due because of this entry.
    public boolean isDueFor(ChannelIndex channel, Entry oldest) {
        @Nullable Due due = channel.due;
        return due != null && due.position == oldest.position();
    }
}
