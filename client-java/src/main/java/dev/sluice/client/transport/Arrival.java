package dev.sluice.client.transport;

import dev.sluice.client.json.Json;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a connection brings: the words that all transports have in common. */
public sealed interface Arrival {
    /** A whole event, and the cursor behind it. */
    record Envelope(Json json, String cursor) implements Arrival {}

    /**
     * Data alone.
     *
     * @param isText whether the transport says that it is text
     * @param cursor behind it, if the transport carries cursors
     */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
    record Raw(
            byte[] bytes,
            boolean isText,
            String type,
            @Nullable String cursor) implements Arrival {}

    record Gap(@Nullable String after, String resume, String reason) implements Arrival {}

    record Closed(String channel, String cursor) implements Arrival {}

    /**
     * Where the connection begins, as the head of the answer says. A gap may be still to come, and this be beyond it, so
     * that only who asked for the latest may resume from here.
     */
    record Head(String cursor) implements Arrival {}

    /** Where the connection begins, as its stream says: behind a gap, if there is one. */
    record Begin(String cursor) implements Arrival {}

    /** A sign of life, perhaps with where the reader is and how many events behind. */
    record Heartbeat(@Nullable String cursor, OptionalLong behind) implements Arrival {}

    /** How long to wait before the next connection. */
    record Retry(Duration pause) implements Arrival {}

    /** All of the selection has ended; coming back would bring nothing. */
    record Over() implements Arrival {}
}
