package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;

/// The result of resolving a cursor sent by a client.
public sealed interface ResolvedCursor {
    /// The cursor is a place in this log.
    record At(Cursor cursor) implements ResolvedCursor {}

    /// The cursor is not in this log: it is after the end of an earlier epoch, or belongs to another log. The
    /// reader receives a gap with reason [GapReason#EPOCH] and continues from `resume`.
    record Lost(ReadCursor resume) implements ResolvedCursor {}
}
