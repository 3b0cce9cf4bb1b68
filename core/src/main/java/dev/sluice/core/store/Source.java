package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import org.jspecify.annotations.Nullable;

/// Where entries are found: the tail in memory, or everything that a backing keeps. Ways are to be closed.
public interface Source {
    /// Forwards through what a channel keeps behind one position and not behind another.
    Way after(Channel channel, long position, long upTo);

    /// The same through all channels, and through what is still there of deleted ones ([Store#isDeleted]).
    Way after(long position, long upTo);

    /// Backwards through what a channel keeps, beginning with the last entry that does not lie behind a position.
    Way back(Channel channel, long position);

    /// The same through all channels, and through what is still there of deleted ones.
    Way back(long position);

    /// The first entry that is not older, up to a position; null if there is none.
    ///
    /// @param channel null: of all channels
    @Nullable
    Entry firstNotOlder(@Nullable Channel channel, long timeMs, long upTo);

    /// The place of the newest event of this one's type and key in its channel; -1 if none is kept or it has no
    /// key.
    long newestPlace(Channel channel, Event event);
}
