package dev.sluice.core.delivery.schedule;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Read;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last few reads of one task of an event loop: a thousand readers of a channel are at the same place and
/// make the same read, so the log answers it once. Cleared at the end of the task, because the log grows.
///
/// Each slot is an index into four arrays, because most reads are made by only one reader and are not worth an
/// object.
public final class ReadCache {
    private static final int SLOTS = 8;

    private final @Nullable ReadCursor[] places = new @Nullable ReadCursor[SLOTS];
    private final @Nullable Selection[] selections = new @Nullable Selection[SLOTS];
    private final @Nullable Filter[] filters = new @Nullable Filter[SLOTS];
    private final @Nullable Read[] reads = new @Nullable Read[SLOTS];

    public ReadCache() {}

    public void clear() {
        Arrays.fill(places, null);
        Arrays.fill(selections, null);
        Arrays.fill(filters, null);
        Arrays.fill(reads, null);
    }

    /// The same read made earlier in this task; null if there was none, or if it was replaced.
    @Nullable
    public Read find(ReadCursor place, Selection selection, Filter filter) {
        int slot = slot(place);
        boolean isSame =
                place.equals(places[slot]) && selection.equals(selections[slot]) && filter.equals(filters[slot]);
        return isSame ? reads[slot] : null;
    }

    public void add(ReadCursor place, Selection selection, Filter filter, Read read) {
        int slot = slot(place);
        places[slot] = place;
        selections[slot] = selection;
        filters[slot] = filter;
        reads[slot] = read;
    }

    private static int slot(ReadCursor place) {
        return Long.hashCode(place.cursor().position()) & (SLOTS - 1);
    }
}
