package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;

/// What the log makes of a cursor that a client brought back.
public sealed interface Resolved {
    /// It is a place in this log.
    record At(Cursor cursor) implements Resolved {}

    /// It names something that this log never kept: a life of it that was lost from here on, or another
    /// log's. The reader is told a gap of reason [Gap.Reason#EPOCH] and goes on from `resume`.
    record Lost(Place resume) implements Resolved {}
}
