package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Event;

/// How far into an event a reader is: all that is kept of it while its socket takes no more. The event itself stays the
/// log's, and is looked for there again.
///
/// @param id          of the event
/// @param length      of its bytes in the reader's form
/// @param taken       how many of them are out, at least 1
/// @param isForgotten whether its data was forgotten already: if that comes later, its bytes are others, be they as
/// many
/// @param hasKey      whether a newer event may supersede it
record Part(Cursor id, int length, int taken, boolean isForgotten, boolean hasKey) {
    static Part of(Event event, int length, int taken) {
        return new Part(event.id(), length, taken, event.isForgotten(), event.key() != null);
    }

    /// Whether this is still the event that the part is of.
    boolean isOf(Event event) {
        return event.id().equals(id) && event.isForgotten() == isForgotten;
    }
}
