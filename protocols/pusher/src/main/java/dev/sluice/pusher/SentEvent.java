package dev.sluice.pusher;

import dev.sluice.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An event as all subscribers of its channel get it.
///
/// @param frame  without the event's id
/// @param socket the socket that does not get it; null if all do
record SentEvent(String frame, @Nullable String socket) {
    /// Returns empty if subscribers get nothing of the event.
    static Optional<SentEvent> of(Event event, String channel) {
        PusherEvent sent = PusherEvent.of(event);
        return sent == null ? Optional.empty() : Optional.of(new SentEvent(Frames.event(channel, sent), sent.socket()));
    }

    /// How much memory this takes.
    int bytes() {
        return Character.BYTES * (frame.length() + (socket == null ? 0 : socket.length()));
    }
}
