package dev.sluice.core.event;

import dev.sluice.core.channel.Characters;

/// The rules for an event's type: 1 to 64 bytes of UTF-8 without control characters or commas.
public final class EventType {
    /// The default type; EventSource uses the same name (WHATWG HTML §9.2.6).
    public static final String MESSAGE = "message";

    public static final int BYTES_MAX = 64;

    private EventType() {}

    /// Checks a type from a publisher.
    ///
    /// @throws IllegalArgumentException with a message for the publisher
    public static void check(String type) {
        if (type.equals(MESSAGE)) return; // The common case.
        checkSyntax(type);
        // EventSource fires `open` and `error` itself: readers would take an event of that type for one of the
        // connection.
        if (type.startsWith("sluice.") || type.equals("error") || type.equals("open")) {
            throw new IllegalArgumentException("type '" + type + "' is reserved for the server: choose another");
        }
    }

    /// Checks the syntax only: a subscriber may filter by any type, also by one that clients may not publish.
    public static void checkSyntax(String type) {
        int bytes = Characters.utf8Bytes(type);
        if (bytes == Characters.MALFORMED) throw new IllegalArgumentException("a type must be valid Unicode");
        if (bytes < 1 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException("a type must have 1 to " + BYTES_MAX + " bytes of UTF-8, had " + bytes);
        }
        if (type.indexOf(',') >= 0 || Characters.hasControl(type)) {
            throw new IllegalArgumentException("a type must not contain commas or control characters");
        }
    }
}
