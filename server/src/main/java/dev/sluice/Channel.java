package dev.sluice;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Appended;
import java.util.Optional;

/// A channel of the hub, from inside: what is published here reaches every client of `/channels/NAME`, and
/// what those publish is here. All of it blocks until the log has kept its promise, and may be called from
/// any thread.
public interface Channel {
    String name();

    /// Publishes a text.
    ///
    /// @return [Appended.Placed] with its id, or why not: the channel has ended
    Appended publish(String text);

    /// Publishes an event with all that one can have, under its conditions.
    ///
    /// @throws IllegalArgumentException if its data is larger than the hub takes
    Appended publish(Message message);

    /// Ends the channel: readers that have had everything are let go, and nothing more is taken.
    Appended close();

    /// Drops all its events, and its end. Readers are told of a gap.
    ///
    /// @return whether there was anything
    boolean delete();

    /// The newest event's id, for a condition.
    Optional<Cursor> latest();

    /// Follows the channel from now on. More ways to begin: [Sluice#channels].
    Subscription subscribe(Handler<dev.sluice.core.event.Event> handler);
}
