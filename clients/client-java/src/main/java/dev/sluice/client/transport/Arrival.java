package dev.sluice.client.transport;

import dev.sluice.client.json.Json;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An item received on a connection, in the form common to all transports. */
public sealed interface Arrival {
    /** A complete event and the cursor after it. */
    record Envelope(Json json, String cursor) implements Arrival {}

    /**
     * The data of an event without its envelope.
     *
     * @param isText true if the transport marks it as text
     * @param cursor the cursor after it, if the transport carries cursors
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Raw(
            byte[] bytes,
            boolean isText,
            String type,
            @Nullable String cursor) implements Arrival {}

    record Gap(@Nullable String after, String resume, String reason) implements Arrival {}

    record Closed(String channel, String cursor) implements Arrival {}

    /**
     * The starting position according to the response headers. It may lie after a gap that has not been reported yet,
     * so only a subscription from the latest event may resume from here.
     */
    record Head(String cursor) implements Arrival {}

    /** The starting position according to the stream, after the gap if there is one. */
    record Begin(String cursor) implements Arrival {}

    /** A sign of life, optionally with the subscriber's position and its lag in events. */
    record Heartbeat(@Nullable String cursor, OptionalLong behind) implements Arrival {}

    /** The pause before the next connection that the hub asks for. */
    record Retry(Duration pause) implements Arrival {}

    /** All channels of the selection have ended; reconnecting would deliver nothing. */
    record Over() implements Arrival {}
}
