package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;

/// Where a reader that has no cursor yet begins. `docs/protocol.md` §2.
public sealed interface Start {
    /// With what is to come.
    record Latest() implements Start {}

    /// With the oldest kept.
    record Earliest() implements Start {}

    /// With the first event not older than this.
    ///
    /// @param timeMs milliseconds since 1970
    record Since(long timeMs) implements Start {}

    /// With the newest kept events of the whole selection that pass the filter.
    ///
    /// @param count 0 or more
    record Last(int count) implements Start {}

    /// As [Last], of what lies before an event: paging back.
    ///
    /// @param cursor that event's id; it is not read again
    record Before(Cursor cursor, int count) implements Start {}
}
