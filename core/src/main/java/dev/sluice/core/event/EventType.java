package dev.sluice.core.event;

import dev.sluice.core.channel.Characters;

/// The rules for an event's type: 1 to 64 bytes of UTF-8 without control characters or commas.
public final class EventType {
    /// What an event is when nobody says otherwise; EventSource calls it the same (WHATWG HTML §9.2.6).
    public static final String MESSAGE = "message";

    public static final int BYTES_MAX = 64;

    private EventType() {}

    /// Checks what a publisher sent.
    ///
    /// @throws IllegalArgumentException with a sentence for the publisher
    public static void check(String type) {
        checkForm(type);
        // EventSource fires `open` and `error` itself: an event of that name would be taken for the connection's.
        if (type.startsWith("sluice.") || type.equals("error") || type.equals("open")) {
            throw new IllegalArgumentException("type '" + type + "' is the server's own: choose another");
        }
    }

    /// The form alone: a reader may ask for any type, also for one that nobody may publish.
    public static void checkForm(String type) {
        int bytes = Characters.utf8Bytes(type);
        if (bytes == Characters.BROKEN) throw new IllegalArgumentException("a type is valid Unicode");
        if (bytes < 1 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException("a type has 1 to " + BYTES_MAX + " bytes of UTF-8");
        }
        if (type.indexOf(',') >= 0 || Characters.hasControl(type)) {
            throw new IllegalArgumentException("a type has no commas and no control characters");
        }
    }
}
