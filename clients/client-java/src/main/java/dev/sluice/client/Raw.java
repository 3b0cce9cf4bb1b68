package dev.sluice.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data of an event without its envelope, see {@link SubscribeRequest#raw}. Over {@link Transport#TEXT} it does not
 * correspond to one event: it is a piece of the text stream, split between characters. Immutable, safe to share.
 */
public final class Raw implements Message {
    private final byte[] data;
    private final boolean isText;
    private final String type;
    private final @Nullable String cursor;

    Raw(byte[] data, boolean isText, String type, @Nullable String cursor) {
        this.data = data;
        this.isText = isText;
        this.type = type;
        this.cursor = cursor;
    }

    /** Returns a copy of the data. Over SSE, binary data is in Base64. */
    public byte[] bytes() {
        return data.clone();
    }

    /** Returns the data decoded as UTF-8, with replacement characters for invalid bytes. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    /** Returns true if the transport marks the data as text. */
    public boolean isText() {
        return isText;
    }

    /** Returns the event's type if the transport carries it (SSE), else {@code message}. */
    public String type() {
        return type;
    }

    /** Returns the cursor after this event if the transport carries cursors (SSE). */
    public Optional<String> cursor() {
        return Optional.ofNullable(cursor);
    }

    /** Returns the size, without the data. */
    @Override
    public String toString() {
        return "raw data of " + data.length + " bytes";
    }
}
