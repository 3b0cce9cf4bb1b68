package dev.sluice.core.event;

import java.nio.charset.StandardCharsets;

/// The rules for an event's key: 1 to 255 bytes of UTF-8 without control characters.
public final class EventKey {
    public static final int BYTES_MAX = 255;

    private EventKey() {}

    /// Checks what a publisher sent.
    ///
    /// @throws IllegalArgumentException with a sentence for the publisher
    public static void check(String key) {
        // JSON can spell half a character ("\\ud800"), which no wire can then say.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            throw new IllegalArgumentException("a key is valid Unicode");
        }
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException("a key has 1 to " + BYTES_MAX + " bytes of UTF-8");
        }
        if (key.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a key has no control characters");
        }
    }
}
