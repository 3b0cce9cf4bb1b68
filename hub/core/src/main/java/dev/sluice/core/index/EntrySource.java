package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import org.jspecify.annotations.Nullable;

/// A source of entries: the newest ones in memory, or all entries of a backing. Close its iterators.
public interface EntrySource {
    /// Iterates forwards over the entries of a channel after one position, up to and including another.
    EntryIterator after(ChannelIndex channel, long position, long upTo);

    /// Iterates forwards over the entries of all channels, including entries of deleted channels not removed yet
    /// ([Index#isDeleted]).
    EntryIterator after(long position, long upTo);

    /// The entry of a channel after one position, up to and including another, if it is the only one and known
    /// without a search; null if the caller must iterate.
    default @Nullable Entry onlyAfter(ChannelIndex channel, long position, long upTo) {
        return null;
    }

    /// Iterates backwards over the entries of a channel, starting with the last one at or before a position.
    EntryIterator back(ChannelIndex channel, long position);

    /// Iterates backwards over the entries of all channels, including entries of deleted channels not removed
    /// yet.
    EntryIterator back(long position);

    /// The first entry at or after a time, up to a position; null if no entry is in that range.
    ///
    /// @param channel null for all channels
    @Nullable
    Entry firstNotOlder(@Nullable ChannelIndex channel, long timeMs, long upTo);

    /// The position of the newest event of this event's channel, type and key; -1 if no such event is kept or
    /// this event has no key.
    long newestPosition(ChannelIndex channel, Event event);
}
