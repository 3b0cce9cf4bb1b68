package dev.sluice;

import java.util.List;
import java.util.Optional;

/// A page of events that [Channels#read] returns.
///
/// @param events   the events, oldest first
/// @param cursor   where the next page begins ([Channels#after])
/// @param hasMore  true if there are more events that can be read at once
/// @param gap      events before this page that are gone; the page then begins at [Gap#resume]
/// @param hasEnded true if all selected channels have ended and this page has their last events
public record EventPage(List<Event> events, String cursor, boolean hasMore, Optional<Gap> gap, boolean hasEnded) {
    public EventPage {
        events = List.copyOf(events);
    }
}
