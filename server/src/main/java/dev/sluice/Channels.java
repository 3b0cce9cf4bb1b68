package dev.sluice;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import java.time.Instant;

/// Some channels of the hub and where in them to begin; then [#subscribe]. Immutable: each method gives
/// another one.
public interface Channels {
    /// With what is to come: the default.
    Channels latest();

    /// With the oldest kept.
    Channels earliest();

    /// With the newest so many of all these channels together.
    Channels last(int count);

    /// With the first not older than this.
    Channels since(Instant time);

    /// With the newest of each key, then what is to come.
    Channels snapshot();

    /// Behind this event, or wherever a reader stopped: over any transport, inside or outside.
    Channels after(Cursor cursor);

    /// Behind a cursor as a client keeps it. One of another log is a gap, as on the wire.
    Channels after(String cursor);

    /// Only events of these types.
    Channels types(String... types);

    /// What is done where events are missing; else that is logged. Afterwards the subscription goes on.
    Channels onGap(Handler<Gap> handler);

    /// What is done when all these channels have ended and nothing is left.
    Channels onEnd(Task task);

    /// Follows, on a virtual thread of its own: events come in order and one after the other. A handler
    /// that is slow is behind and no more than that, until what it has not had is no longer kept: then it
    /// is told of a gap.
    Subscription subscribe(Handler<Event> handler);
}
