package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;

/// Where a reader without a cursor starts. `docs/protocol.md` §2.
public sealed interface Start {
    /// After the newest entry.
    record Latest() implements Start {}

    /// With the oldest entry kept.
    record Earliest() implements Start {}

    /// With the first event at or after a time.
    ///
    /// @param timeMs milliseconds since 1970
    record Since(long timeMs) implements Start {}

    /// With the newest `count` events of the whole selection that pass the filter.
    ///
    /// @param count 0 or more
    record Last(int count) implements Start {}

    /// Like [Last], but counted back from an event, for paging back.
    ///
    /// @param cursor the event's id; the event itself does not count
    record Before(Cursor cursor, int count) implements Start {}
}
