package dev.sluice.core.search;

import dev.sluice.core.channel.Selection;
import org.jspecify.annotations.Nullable;

/// The events that a scan reads, and their order.
///
/// @param newestFirst whether the newest come first
/// @param sinceMs     only events that are not older, in milliseconds since 1970; null to begin with the oldest
/// @param untilMs     only events that are older; null to read up to the head
/// @param after       only events after this cursor, as a client sent it; null for all
/// @param before      only events before this cursor, as a client sent it; null for all
public record ScanRange(
        Selection selection,
        boolean newestFirst,
        @Nullable Long sinceMs,
        @Nullable Long untilMs,
        @Nullable String after,
        @Nullable String before) {}
