package dev.sluice.core.index;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.event.Entry;
import java.util.ArrayList;
import java.util.List;

/// The range of entries that only the backing keeps: those evicted from memory, of the whole log here, and of each
/// channel in its [DiskRange]. Readers may ask from any thread; changes are for the writer.
///
/// A reader checks the range after it has read memory: it is extended before entries leave memory, and shortened
/// between the marks of a trim and the removal of its entries from the backing.
final class Eviction {
    private final EntryStore backing;
    private final Tail tail;
    private final ChannelTable channels;
    private volatile long from;
    private volatile long upTo;

    Eviction(EntryStore backing, Tail tail, ChannelTable channels) {
        this.backing = backing;
        this.tail = tail;
        this.channels = channels;
    }

    /// All entries of the log, in memory or not.
    EntrySource source() {
        EntrySource all = backing.source();
        return all == null || upTo == 0 ? tail : all;
    }

    /// All entries of a channel, in memory or not.
    EntrySource source(ChannelIndex channel) {
        EntrySource all = backing.source();
        return all == null || channel.cold == null ? tail : all;
    }

    /// The position of the last entry evicted from memory; 0 if none was.
    long upTo() {
        return upTo;
    }

    /// The fraction, from 0 to 1, of the range that lies after a position.
    double fractionAfter(long position) {
        long last = upTo;
        if (last <= position) return 0;
        return Math.min(1, (double) (last - position) / (last - Math.min(from, position)));
    }

    /// Whether the selection's channels may keep entries after this position that are no longer in memory.
    boolean mayHold(Selection selection, long after) {
        if (upTo <= after) return false;
        if (!selection.isNamed()) return true;
        for (Pattern pattern : selection.patterns()) {
            ChannelIndex channel = channels.get(pattern.value());
            DiskRange cold = channel == null ? null : channel.cold;
            if (cold != null && cold.upTo() > after) return true;
        }
        return false;
    }

    /// Extends the range by the entries of a channel of an earlier epoch.
    void restore(DiskRange kept) {
        from = upTo == 0 ? kept.first() : Math.min(from, kept.first());
        upTo = Math.max(upTo, kept.upTo());
    }

    /// Evicts the entries up to a position from memory, which the backing keeps too.
    void evict(long last) {
        List<Entry> ofChannel = new ArrayList<>();
        TrackIterator oldest = tail.hub.after(0, last);
        for (Entry entry = oldest.next(); entry != null; entry = oldest.next()) {
            if (from == 0) from = entry.position();
            ChannelIndex channel = channels.keeping(entry);
            DiskRange cold = channel.cold;
            if (cold != null && cold.upTo() >= entry.position()) continue; // Already extended with an earlier entry.
            channel.inMemoryUpTo(last, ofChannel);
            channel.cold = DiskRange.extended(cold, ofChannel);
            ofChannel.clear();
        }
        if (from == 0) return; // All of them belonged to deleted channels.
        upTo = last;
        oldest = tail.hub.after(0, last);
        for (Entry entry = oldest.next(); entry != null; entry = oldest.next()) {
            channels.keeping(entry).evict(entry);
            tail.remove(entry);
        }
    }

    /// Shortens a channel's part to what remains after a trim up to this position. Call it after the marks are
    /// published: a reader that no longer reads from the store must find the mark instead.
    void shorten(ChannelIndex channel, long trimmedUpTo, PendingTrim pendingTrim) {
        DiskRange cold = channel.cold;
        EntrySource all = backing.source();
        if (cold == null || all == null) return;
        Entry next = null;
        long after = channel.mayRetain() ? cold.first() - 1 : trimmedUpTo;
        if (cold.upTo() > after) {
            try (EntryIterator iterator = all.after(channel, after, cold.upTo())) {
                do next = iterator.next();
                while (next != null && pendingTrim.contains(next));
            }
        }
        channel.cold = next == null ? null : cold.from(next);
    }
}
