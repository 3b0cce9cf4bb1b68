package dev.sluice.core.cursor;

/// Where a reader stands, and what it has been told.
///
/// What retention dropped is no news twice: a reader that asked for "the oldest kept", or that was told of a gap, goes
/// on
/// through what is left without being told of the same hole before every event.
///
/// @param cursor behind the last thing the reader had
/// @param known  everything dropped at or before this place is known to the reader; not before `cursor`
public record Place(Cursor cursor, Cursor known) {
    public Place {
        known = Cursor.later(cursor, known);
    }

    /// A reader that has had everything up to here.
    public static Place at(Cursor cursor) {
        return new Place(cursor, cursor);
    }

    public Place moved(Cursor next) {
        return new Place(next, known);
    }
}
