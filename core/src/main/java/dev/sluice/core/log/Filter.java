package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which events of its channels a reader wants. Ends of channels pass every filter.
///
/// @param types      only these types; empty: all
/// @param conflate   leave out an event when the log already has a newer one of its channel, type and key
/// @param snapshotTo up to this place only events that are the newest of their channel, type and key, and whose key has
///                   not ended; null: no snapshot
public record Filter(
        Set<String> types, boolean conflate, @Nullable Cursor snapshotTo) {
    /// Every event.
    public static final Filter NONE = new Filter(Set.of(), false, null);

    public Filter {
        types = Set.copyOf(types);
    }

    public static Filter types(Set<String> types) {
        return types.isEmpty() ? NONE : new Filter(types, false, null);
    }
}
