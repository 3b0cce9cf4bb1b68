package dev.sluice;

import java.time.Duration;
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
    /// @throws LogUnavailableException if the log could not store the event
    PublishResult publish(String text);

    /// Publishes an event with its type, key and conditions.
    ///
    /// @throws IllegalArgumentException if the data is larger than
    /// the hub accepts, or is not valid JSON though declared as JSON
    /// @throws LogUnavailableException if the log could not store the event
    PublishResult publish(Message message);

    /// Renews the lease that a [Message#lease] has given the channel, without an event.
    ///
    /// @param lease one second to an hour
    /// @return false if the channel has no lease, or has ended
    /// @throws LogUnavailableException if the log could not renew it
    boolean renew(Duration lease);

    /// Ends the channel. It accepts no further events; subscriptions end once they have received all of its events.
    PublishResult close();

    /// Deletes all events of the channel and reopens it if it had ended. Subscribers get a gap.
    ///
    /// @return false if there was nothing to delete
    boolean delete();

    /// Returns the id of the newest event, for use with [Message#ifLatest].
    Optional<String> latest();

    /// Makes a client a member of the channel until the membership is closed, as `join=true` does for a
    /// subscriber (`docs/protocol.md` §4). A client with several memberships is one member; it leaves a while after
    /// the last one was closed. Does not block.
    ///
    /// @param client the member's name, 1 to 255 bytes of UTF-8 without control characters
    /// @throws IllegalArgumentException if the name is invalid, or the channel can have no members
    /// @throws IllegalStateException    if the hub has as many members as it takes
    Membership join(String client);

    /// Subscribes to events published from now on. For other starting points see [Sluice#channels].
    Subscription subscribe(Handler<Event> handler);
}
