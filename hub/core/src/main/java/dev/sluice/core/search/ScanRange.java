package dev.sluice.core.search;

import dev.sluice.core.channel.Selection;
import org.jspecify.annotations.Nullable;

/// The events to go through, and in which order.
///
/// @param newestFirst whether the newest come first
/// @param sinceMs     only events that are not older, in milliseconds since 1970; null: from the oldest on
/// @param untilMs     only events that are older; null: up to the head
/// @param after       only events after this cursor, as a client sent it; null: all
/// @param before      only events before this cursor, as a client sent it; null: all
public record ScanRange(
        Selection selection,
        boolean newestFirst,
        @Nullable Long sinceMs,
        @Nullable Long untilMs,
        @Nullable String after,
        @Nullable String before) {}
