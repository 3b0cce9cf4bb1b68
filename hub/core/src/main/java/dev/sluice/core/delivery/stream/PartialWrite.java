package dev.sluice.core.delivery.stream;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Event;

/// Progress within a partly sent event. A subscriber keeps nothing else of the event while its socket is full.
/// The event itself stays in the log and is read from there again.
///
/// @param id          of the event
/// @param length      of its bytes in the format of the subscriber, prefix included
/// @param sent        bytes already sent, at least 1
/// @param isForgotten whether its data was already removed when sending began: if it is removed later, its bytes
/// differ even if their number is the same
/// @param hasKey      whether a newer event may supersede it
public record PartialWrite(Cursor id, int length, int sent, boolean isForgotten, boolean hasKey) {
    public static PartialWrite of(Event event, int length, int sent) {
        return new PartialWrite(event.id(), length, sent, event.isForgotten(), event.key() != null);
    }

    /// Whether this is the event that was partly sent, unchanged.
    public boolean isOf(Event event) {
        return event.id().equals(id) && event.isForgotten() == isForgotten;
    }
}
