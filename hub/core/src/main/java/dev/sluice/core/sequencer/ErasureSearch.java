package dev.sluice.core.sequencer;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the events whose data an erasure removes: one by its id, or all of a key in slices.
final class ErasureSearch {
    /// The maximum number of entries examined by one slice: about a millisecond.
    private static final int ENTRIES_MAX = 1_024;

    /// The size in bytes of the entries after which a slice ends.
    private static final long BYTES_MAX = 4L << 20;

    private final Index index;
    private final int entriesMax;

    /// @param lookMax the maximum number of entries that one read examines
    ErasureSearch(Index index, int lookMax) {
        this.index = index;
        this.entriesMax = Math.min(ENTRIES_MAX, lookMax);
    }

    /// The event of this id; null if the channel keeps none.
    @Nullable
    Event find(ChannelIndex channel, Cursor id) {
        if (id.position() <= channel.lostUpTo()) return null;
        try (EntryIterator iterator = index.source(channel).after(channel, id.position() - 1, id.position())) {
            return iterator.next() instanceof Event event && event.id().equals(id) ? event : null;
        }
    }

    /// Examines the next slice for events of a key.
    ///
    /// @param found receives the events
    /// @return the position after which entries remain to be examined; -1 if none remain
    long find(ChannelIndex channel, String key, Sequencer.ForgetProgress progress, List<Event> found) {
        long after = Math.max(progress.after(), channel.lostUpTo());
        long bytes = 0;
        try (EntryIterator iterator = index.source(channel).after(channel, after, progress.upTo())) {
            for (int examined = 0; after >= 0 && examined < entriesMax && bytes < BYTES_MAX; examined++) {
                Entry entry = iterator.next();
                after = entry == null ? -1 : entry.position();
                if (!(entry instanceof Event event)) continue;
                bytes += Size.kept(event);
                if (key.equals(event.key())) found.add(event);
            }
        }
        return after;
    }
}
