package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import org.jspecify.annotations.Nullable;

/// Skips entries of a trim that are not removed yet, for a reader that already knows of the trim. Needed for the few
/// microseconds that removing them takes.
///
/// @param moment        the reader knows of every drop up to this moment
/// @param pendingTrim   the entries dropped at that moment, if their mark alone does not identify them
/// @param ofAllChannels whether the iterator returns entries of all channels: its caller then skips those of
///                      deleted channels
record UnsettledTrimIterator(
        EntryIterator iterator, Index index, long moment, PendingTrim pendingTrim, boolean ofAllChannels)
        implements EntryIterator {
    @Override
    public @Nullable Entry next() {
        Entry entry = iterator.next();
        while (entry != null && isDropped(entry)) entry = iterator.next();
        return entry;
    }

    @Override
    public void close() {
        iterator.close();
    }

    private boolean isDropped(Entry entry) {
        if (pendingTrim.contains(entry)) return true;
        ChannelIndex channel = index.channel(entry.channel().value());
        TrimMark mark = channel == null ? null : channel.mark;
        if (channel == null || mark == null || entry.position() > mark.position()) return false;
        if (mark.at() <= moment) return mark.deletion() ? !ofAllChannels : !channel.mayRetain();
        // The entry was dropped later, or a newer mark replaced the one the reader knows of. Either way the reader
        // will find the mark when it checks again, which must be after its publication, a few instructions away.
        index.marks.await(mark.at());
        return false;
    }
}
