package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Selects events of a reader's channels. Ends of channels pass every filter.
///
/// @param types      the types to pass; empty for all
/// @param conflate   whether to leave out an event if the log has a newer one of the same channel, type and key
/// @param snapshotTo up to this cursor only events pass that are the newest of their channel, type and key, and whose
///                   key has not ended; null for no snapshot
public record Filter(
        Set<String> types, boolean conflate, @Nullable Cursor snapshotTo) {
    /// Passes every event.
    public static final Filter NONE = new Filter(Set.of(), false, null);

    public Filter {
        types = Set.copyOf(types);
    }

    public static Filter types(Set<String> types) {
        return types.isEmpty() ? NONE : new Filter(types, false, null);
    }
}
