package dev.sluice.spring;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An event of a channel, as the application receives it.
///
/// @param id          the same for all subscribers, never changes
/// @param cursor      the place after this event, to resume from ([Selection#after])
/// @param type        `message` if the publisher did not set one
/// @param time        when the event was appended to the hub's log
/// @param key         the key of the thing the event is about, if any
/// @param from        the publisher's identity, if the hub knows it
/// @param contentType the media type of the data
/// @param bytes       text and JSON in UTF-8, any other data as its bytes; must not be changed
/// @param isRemoved   true if this event removes its key, or if its data was deleted; it then has no data
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record SluiceEvent(
        String id,
        String cursor,
        String channel,
        String type,
        Instant time,
        @Nullable String key,
        @Nullable String from,
        String contentType,
        byte[] bytes,
        boolean isRemoved) {
    /// Returns the data as text. Binary data is decoded as UTF-8 with replacement characters.
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Returns the id and the channel, without the data.
    @Override
    public String toString() {
        return "event " + id + " of " + channel;
    }
}
