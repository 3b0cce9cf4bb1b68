package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import java.util.Iterator;
import java.util.PriorityQueue;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The channels that keep entries, in the order of their oldest entries. Deleted and protected channels are not
/// among them, so a trim of the whole log finds the oldest entries without reading all entries of such channels.
/// Takes about 50 bytes per channel. For the writer.
final class TrimOrder {
    /// The maximum number of entries of other channels that an iterator skips: a few milliseconds on disk.
    private static final int PASSED_MAX = 4_096;

    private final TreeSet<ChannelIndex> channels = new TreeSet<>(TrimOrder::compare);

    private static int compare(ChannelIndex one, ChannelIndex other) {
        int byOldest = Long.compare(one.oldest, other.oldest);
        return byOldest != 0 ? byOldest : Long.compare(one.number, other.number);
    }

    /// Adds, moves or removes a channel, after its oldest entry has changed.
    void update(ChannelIndex channel) {
        if (!channel.rule().isProtected()) move(channel, channel.firstPosition());
    }

    /// Removes a deleted channel.
    void remove(ChannelIndex channel) {
        move(channel, ChannelIndex.NONE);
    }

    private void move(ChannelIndex channel, long oldest) {
        if (oldest == channel.oldest) return;
        if (channel.oldest != ChannelIndex.NONE) channels.remove(channel);
        channel.oldest = oldest;
        if (oldest != ChannelIndex.NONE) channels.add(channel);
    }

    /// Iterates over the entries of these channels, oldest first. No channel may change during the iteration.
    EntryIterator entries(Index index) {
        return channels.isEmpty() ? () -> null : new OldestFirst(index);
    }

    /// Reads the log in order, from the oldest entry kept. If it has to skip too many entries of other channels,
    /// it merges the channels of this order instead, which takes longer per entry and returns the same.
    private final class OldestFirst implements EntryIterator {
        private final Index index;
        private final EntryIterator log;
        private final Iterator<ChannelIndex> unreached = channels.iterator();
        private final PriorityQueue<Merged> merged = new PriorityQueue<>();
        private @Nullable ChannelIndex next = unreached.next();
        private long position;
        private int mayPass;

        OldestFirst(Index index) {
            this.index = index;
            mayPass = Math.min(PASSED_MAX, index.limits.lookMax());
            log = index.source().after(channels.first().oldest - 1, Long.MAX_VALUE);
        }

        /// A channel whose next entry is at this position or after it. The entry itself is not kept, because its
        /// data may be large.
        private record Merged(long from, ChannelIndex channel) implements Comparable<Merged> {
            @Override
            public int compareTo(Merged other) {
                return Long.compare(from, other.from);
            }
        }

        @Override
        public @Nullable Entry next() {
            while (mayPass > 0) {
                Entry entry = log.next();
                if (entry == null) return null;
                position = entry.position();
                if (!index.isDeleted(entry) && !index.isProtected(entry)) return entry;
                mayPass--;
            }
            return nextMerged();
        }

        private @Nullable Entry nextMerged() {
            for (Merged nearest = nearest(); nearest != null; nearest = nearest()) {
                Entry entry = first(nearest);
                if (entry == null) continue;
                long found = entry.position();
                boolean isNearest = found == nearest.from;
                merged.add(new Merged(isNearest ? found + 1 : found, nearest.channel));
                if (isNearest) return entry;
            }
            return null;
        }

        private @Nullable Merged nearest() {
            while (next != null && (merged.isEmpty() || next.oldest <= merged.peek().from)) {
                merged.add(new Merged(Math.max(next.oldest, position + 1), next));
                next = unreached.hasNext() ? unreached.next() : null;
            }
            return merged.poll();
        }

        private @Nullable Entry first(Merged from) {
            try (EntryIterator entries =
                    index.source(from.channel).after(from.channel, from.from - 1, Long.MAX_VALUE)) {
                return entries.next();
            }
        }

        @Override
        public void close() {
            log.close();
        }
    }
}
