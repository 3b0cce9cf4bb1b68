package dev.sluice;

import java.time.Duration;
import java.time.Instant;

/// A selection of channels and a starting point, for use with [#subscribe]. Immutable: each method returns a new
/// object. Of the methods that set a starting point the last one called counts.
public interface Channels {
    /// Starts with events published from now on. This is the default.
    Channels latest();

    /// Starts with the oldest retained event.
    Channels earliest();

    /// Starts with the newest `count` events of all selected channels together.
    ///
    /// @throws IllegalArgumentException if the count is negative
    Channels last(int count);

    /// Starts with the first event published at or after this time.
    Channels since(Instant time);

    /// Starts with the newest event of each key, then continues with new events.
    Channels snapshot();

    /// Resumes after a cursor: an event's id, or the position at which any subscriber stopped, over any transport. A
    /// cursor of another log leads to a gap.
    Channels after(String cursor);

    /// Selects only events of these types.
    Channels types(String... types);

    /// Sets the handler for gaps; by default a gap is logged. The subscription then continues after the gap.
    Channels onGap(Handler<Gap> handler);

    /// Sets a task that runs when all selected channels have ended and all their events have been handled.
    Channels onEnd(Task task);

    /// Reads a page of events instead of subscribing: at once if there is any event after the starting point,
    /// else as soon as there is one. Blocks until then, until all selected channels have ended, or until the
    /// time is over. Handlers of gaps and of the end are not called: the page reports both. Returns an empty
    /// page if the server stops. [EventPage#next] continues after a page.
    ///
    /// @param limit the maximum number of events; a page also ends after a mebibyte of data
    /// @param wait  how long to wait for an event; zero to read only what there is
    /// @throws IllegalArgumentException if the limit is less than 1 or the time is negative
    /// @throws LogUnavailableException  if the log cannot be read
    EventPage read(int limit, Duration wait) throws InterruptedException;

    /// Starts the subscription on its own virtual thread. The handler receives events in order, one at a
    /// time. A slow handler lags behind without other effects; if retention removes events before it has read
    /// them, it gets a gap.
    ///
    /// @throws IllegalStateException if [#last], with a wildcard or [#types], finds too few among a million events
    Subscription subscribe(Handler<Event> handler);
}
