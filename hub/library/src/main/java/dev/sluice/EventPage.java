package dev.sluice;

import java.util.List;
import java.util.Optional;

/// A page of events that [Channels#read] returns.
///
/// @param events   the events, oldest first
/// @param cursor   where the next page begins, for a reader that stores it or passes it on ([Channels#after])
/// @param hasMore  true if there are more events that can be read at once
/// @param gap      events before this page that are gone; the page then begins at [Gap#resume]
/// @param hasEnded true if all selected channels have ended and this page has their last events
/// @param next     the same channels after this page. Unlike [Channels#after] with the cursor, it goes on with
///                 the snapshot that this page began, and does not report losses of which the reader of this
///                 page knows, such as those before its start
public record EventPage(
        List<Event> events, String cursor, boolean hasMore, Optional<Gap> gap, boolean hasEnded, Channels next) {
    public EventPage {
        events = List.copyOf(events);
    }
}
