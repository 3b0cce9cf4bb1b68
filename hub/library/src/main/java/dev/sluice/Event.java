package dev.sluice;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/// An event of a channel, as a subscription receives it. Immutable, safe to share.
public interface Event {
    /// Returns the event's id, which is the same for all subscribers and never changes. It is also the cursor after the
    /// event ([Channels#after]).
    String id();

    String channel();

    /// Returns the event's type; `message` if the publisher did not set one.
    String type();

    /// Returns the time at which the event was appended to the log.
    Instant time();

    /// Returns the key of the thing the event is about. The newest event of a key supersedes older ones.
    Optional<String> key();

    /// Returns the publisher's identity, if the hub knows it.
    Optional<String> from();

    /// Returns the span in which the event was published, as the `traceparent` of W3C Trace Context, if its publisher
    /// sent one.
    Optional<String> traceparent();

    /// Returns the media type of the data.
    String contentType();

    /// Returns true if this event removes its key, or if its data was deleted.
    boolean isRemoved();

    /// Returns a copy of the data: text and JSON in UTF-8, any other data as its bytes.
    byte[] bytes();

    /// Returns the data as text. Binary data is decoded as UTF-8 with replacement characters.
    default String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /// Returns the data, which must be JSON, as a value of this class, for example a record.
    ///
    /// @throws IllegalArgumentException if the data is not such a value
    <T> T json(Class<T> as);
}
