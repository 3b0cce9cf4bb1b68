package dev.sluice.core.cursor;

/// Where a reader stands, and what it has been told.
///
/// What was dropped is no news twice: a reader that asked for "the oldest kept", or that was told of a gap, goes on
/// through what is left without being told of the same hole before every event.
///
/// What it knows of is a moment of the log, written as the place that the log had come to. Were it the place of the
/// last event dropped, then what retention takes away in front of the reader later, but before that place, would
/// vanish in silence.
///
/// @param cursor behind the last thing the reader had
/// @param known  everything dropped until the log was here is known to the reader; not before `cursor`. Where it is
///               another place, a log made it, and it may lie ahead of the head
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
