package dev.sluice.app.chaos;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The events that a subscriber of a channel received, over all its connections.
///
/// @param after the cursor at which it began; null for before the first event
/// @param seen  in the order in which it arrived
record Reading(String subscriber, @Nullable String after, List<Entry> seen) {
    Reading {
        seen = List.copyOf(seen);
    }
}
