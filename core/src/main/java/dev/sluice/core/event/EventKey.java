package dev.sluice.core.event;

import dev.sluice.core.channel.Characters;

/// The rules for an event's key: 1 to 255 bytes of UTF-8 without control characters.
public final class EventKey {
    public static final int BYTES_MAX = 255;

    private EventKey() {}

    /// Checks what a publisher sent.
    ///
    /// @throws IllegalArgumentException with a sentence for the publisher
    public static void check(String key) {
        int bytes = Characters.utf8Bytes(key);
        if (bytes == Characters.BROKEN) throw new IllegalArgumentException("a key is valid Unicode");
        if (bytes < 1 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException("a key has 1 to " + BYTES_MAX + " bytes of UTF-8");
        }
        if (Characters.hasControl(key)) {
            throw new IllegalArgumentException("a key has no control characters");
        }
    }
}
