package dev.sluice;

import java.util.Optional;

/// A channel of the hub, for use inside the program. It is the same channel as `/channels/NAME`: events published
/// here reach its clients, and their events reach subscribers here. Methods that write block until the log has stored
/// the event as durably as it is configured to. Safe for use by many threads.
public interface Channel {
    String name();

    /// Publishes text.
    ///
    /// @return [PublishResult.Stored] with the event's id, or another result with the reason why it was not
    ///     stored
    /// @throws IllegalStateException if the log could not store the event
    PublishResult publish(String text);

    /// Publishes an event with its type, key and conditions.
    ///
    /// @throws IllegalArgumentException if the data is larger than
    /// the hub accepts, or is not valid JSON though declared as JSON
    /// @throws IllegalStateException if the log could not store the event
    PublishResult publish(Message message);

    /// Ends the channel. It accepts no further events; subscriptions end once they have received all of its events.
    PublishResult close();

    /// Deletes all events of the channel and reopens it if it had ended. Subscribers get a gap.
    ///
    /// @return false if there was nothing to delete
    boolean delete();

    /// Returns the id of the newest event, for use with [Message#ifLatest].
    Optional<String> latest();

    /// Subscribes to events published from now on. For other starting points see [Sluice#channels].
    Subscription subscribe(Handler<Event> handler);
}
