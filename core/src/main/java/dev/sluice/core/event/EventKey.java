package dev.sluice.core.event;

import dev.sluice.core.channel.Characters;

/// The rules for an event's key: 1 to 255 bytes of UTF-8 without control characters.
public final class EventKey {
    public static final int BYTES_MAX = 255;

    private EventKey() {}

    /// Checks a key from a publisher.
    ///
    /// @throws IllegalArgumentException with a message for the publisher
    public static void check(String key) {
        int bytes = Characters.utf8Bytes(key);
        if (bytes == Characters.MALFORMED) throw new IllegalArgumentException("a key must be valid Unicode");
        if (bytes < 1 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException("a key must have 1 to " + BYTES_MAX + " bytes of UTF-8, had " + bytes);
        }
        if (Characters.hasControl(key)) {
            throw new IllegalArgumentException("a key must not contain control characters");
        }
    }
}
