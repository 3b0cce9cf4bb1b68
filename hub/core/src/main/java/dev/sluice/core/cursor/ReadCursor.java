package dev.sluice.core.cursor;

/// A reader's cursor, together with the losses that the reader already knows of.
///
/// Each loss is reported once: a reader that started with the oldest entry kept, or that received a gap, reads
/// the remaining entries without receiving the same gap before each of them.
///
/// `known` is a moment of the log, written as the cursor that the log had reached. If it were the position of the
/// last event dropped instead, a later loss between the reader and that position would not be reported.
///
/// @param cursor the cursor after the last entry that the reader received
/// @param known  the moment up to which the reader knows of every drop; not before `cursor`. If it differs from
///               `cursor`, the log set it, and it may be ahead of the head, for example for a reader that must
///               not be sent any gap
public record ReadCursor(Cursor cursor, Cursor known) {
    public ReadCursor {
        known = Cursor.later(cursor, known);
    }

    /// The place of a reader that received everything up to a cursor.
    public static ReadCursor at(Cursor cursor) {
        return new ReadCursor(cursor, cursor);
    }

    public ReadCursor moved(Cursor next) {
        return new ReadCursor(next, known);
    }
}
