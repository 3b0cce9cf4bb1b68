package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Retention;
import java.util.ArrayDeque;
import java.util.List;

/// Deleted channels whose entries are not all removed yet, in the order of their deletions. Entries are removed in
/// slices, so that no deletion delays the publishes behind it for long. For the writer.
final class DeletedChannels {
    private final ArrayDeque<ChannelIndex> channels = new ArrayDeque<>();
    private final EntryStore backing;
    private final Tail tail;

    DeletedChannels(EntryStore backing, Tail tail) {
        this.backing = backing;
        this.tail = tail;
    }

    void add(ChannelIndex channel) {
        channels.add(channel);
    }

    /// Resumes a deletion that an earlier epoch did not finish.
    void restore(long number, long deletedAt) {
        channels.add(new ChannelIndex(Index.DELETED, number, Retention.ALL, null, deletedAt));
    }

    boolean isEmpty() {
        return channels.isEmpty();
    }

    /// Removes at most `max` entries, those of the oldest deletion first.
    void clear(int max) {
        int left = max;
        while (left > 0 && !channels.isEmpty()) {
            ChannelIndex channel = channels.peek();
            int cleared = backing.clear(channel, left);
            List<Entry> hot = channel.oldestInMemory(left);
            for (Entry entry : hot) {
                channel.evict(entry);
                tail.remove(entry);
            }
            if (cleared < left && channel.track.kept() == 0) channels.remove();
            left -= Math.max(1, Math.max(cleared, hot.size())); // Even a deletion without entries is a step.
        }
    }
}
