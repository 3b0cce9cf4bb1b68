package dev.sluice.core.sequencer;

import dev.sluice.core.event.Entry;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.ExpiryQueue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Selects expired entries, beginning with the channel whose oldest entry has been due longest, so that the
/// order follows from the log alone.
final class ExpiryPolicy {
    private final StagedGroup group;
    private final ExpiryQueue queue;

    ExpiryPolicy(StagedGroup group, ExpiryQueue queue) {
        this.group = group;
        this.queue = queue;
    }

    /// The entries to drop, each channel's oldest first, about `max` at most. The caller must drop them at once.
    List<Entry> expired(long nowMs, int max) {
        List<Entry> expired = new ArrayList<>();
        Map<ChannelIndex, Entry> oldestLeft = new LinkedHashMap<>();
        while (expired.size() < max && hasMore(nowMs)) {
            ChannelIndex due = queue.first();
            queue.remove(due);
            Entry left = collect(group.keeping(due.name()), nowMs, max, expired);
            if (left != null) oldestLeft.put(due, left);
        }
        // Added back last: the expired entries are still there and would be found a second time.
        oldestLeft.forEach(queue::add);
        return expired;
    }

    /// Whether an entry is due. Corrects the queue where it is early: how early depends on when the log was
    /// opened, and the answer must follow from the log alone.
    boolean hasMore(long nowMs) {
        while (queue.isDue(nowMs)) {
            ChannelIndex due = queue.first();
            Entry oldest = oldest(group.keeping(due.name()));
            if (oldest == null) queue.remove(due);
            else if (queue.isDueFor(due, oldest)) return true;
            else queue.add(due, oldest); // The entry it was due for was dropped for another reason.
        }
        return false;
    }

    private @Nullable Entry oldest(StagedChannel channel) {
        try (EntryIterator iterator = group.after(channel, channel.uncoveredUpTo(), Long.MAX_VALUE)) {
            return iterator.next();
        }
    }

    /// Adds a channel's expired entries to `expired`.
    ///
    /// @return the first entry that is not expired or must wait for the next turn
    private @Nullable Entry collect(StagedChannel channel, long nowMs, int max, List<Entry> expired) {
        long maxMs = channel.rule().maxAge().toMillis();
        // Each call examines all retained entries, so it takes at least as many.
        long uncoveredMax = Math.max(max - expired.size(), channel.retained().entries());
        List<Entry> uncovered = new ArrayList<>();
        Entry entry;
        try (EntryIterator iterator = group.after(channel, channel.uncoveredUpTo(), Long.MAX_VALUE)) {
            entry = iterator.next();
            while (entry != null && uncovered.size() < uncoveredMax && nowMs - entry.timeMs() > maxMs) {
                uncovered.add(group.outlined(entry));
                entry = iterator.next();
            }
        }
        expired.addAll(group.uncover(channel, uncovered, nowMs));
        return entry == null ? null : group.outlined(entry);
    }
}
