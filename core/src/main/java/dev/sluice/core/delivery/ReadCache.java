package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Read;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last few reads of one task of an event loop: a thousand readers of a channel are at the same place and
/// make the same read, so the log answers it once. Cleared at the end of the task, as the log grows.
final class ReadCache {
    private static final int SLOTS = 8;

    private final @Nullable CachedRead[] cachedReads = new @Nullable CachedRead[SLOTS];

    private record CachedRead(Place place, Selection selection, Filter filter, Read read) {
        boolean matches(Place otherPlace, Selection otherSelection, Filter otherFilter) {
            return place.equals(otherPlace) && selection.equals(otherSelection) && filter.equals(otherFilter);
        }
    }

    void clear() {
        Arrays.fill(cachedReads, null);
    }

    /// The same read made earlier in this task; null: there was none, or it is forgotten.
    @Nullable
    Read find(Place place, Selection selection, Filter filter) {
        CachedRead cached = cachedReads[slot(place)];
        return cached != null && cached.matches(place, selection, filter) ? cached.read : null;
    }

    void add(Place place, Selection selection, Filter filter, Read read) {
        cachedReads[slot(place)] = new CachedRead(place, selection, filter, read);
    }

    private static int slot(Place place) {
        return Long.hashCode(place.cursor().position()) & (SLOTS - 1);
    }
}
