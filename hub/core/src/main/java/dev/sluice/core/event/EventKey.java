package dev.sluice.core.event;

import dev.sluice.core.channel.Characters;

/// The rules for an event's key, and for the name of its publisher: 1 to 255 bytes of UTF-8 without control
/// characters.
public final class EventKey {
    public static final int BYTES_MAX = 255;

    private EventKey() {}

    /// Checks a key from a publisher.
    ///
    /// @throws IllegalArgumentException with a message for the publisher
    public static void check(String key) {
        check(key, "a key");
    }

    /// Checks a key or name.
    ///
    /// @param what its name in the message
    /// @throws IllegalArgumentException with a message for the publisher
    public static void check(String key, String what) {
        int bytes = Characters.utf8Bytes(key);
        if (bytes == Characters.MALFORMED) throw new IllegalArgumentException(what + " must be valid Unicode");
        if (bytes < 1 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException(what + " must have 1 to " + BYTES_MAX + " bytes of UTF-8, had " + bytes);
        }
        if (Characters.hasControl(key)) {
            throw new IllegalArgumentException(what + " must not contain control characters");
        }
    }
}
