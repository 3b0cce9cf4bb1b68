package dev.sluice.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event's data alone, where that was asked for. Over {@link Transport#TEXT} it has no borders: this is whatever came,
 * cut between characters. Immutable, safe to share.
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

    /** A copy. Binary data over SSE comes as its Base64. */
    public byte[] bytes() {
        return data.clone();
    }

    /** The data read as UTF-8, with replacements where it is none. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    /** Whether the transport says that this is text. */
    public boolean isText() {
        return isText;
    }

    /** The event's type where the transport tells it (SSE), else {@code message}. */
    public String type() {
        return type;
    }

    /** The place behind this event, where the transport carries cursors (SSE). */
    public Optional<String> cursor() {
        return Optional.ofNullable(cursor);
    }

    /** Names the size, without the data. */
    @Override
    public String toString() {
        return "raw data of " + data.length + " bytes";
    }
}
