package dev.sluice.server.transport;

import org.jspecify.annotations.Nullable;

/// An item that a client receives, the same for all transports; null for members a transport does not have.
public sealed interface Received {
    record AnEvent(
            @Nullable String id,
            @Nullable String channel,
            @Nullable String type,
            String data) implements Received {}

    record Begin(String cursor) implements Received {}

    record AGap(String after, String resume, String reason) implements Received {}

    record AClose(@Nullable String channel, @Nullable String cursor) implements Received {}

    record AHeartbeat(@Nullable String cursor, long behind) implements Received {}

    record AnError(int status, boolean retry) implements Received {}

    /// The end of the stream.
    ///
    /// @param how `whole`, `cut`, an HTTP status or a WebSocket close code
    record AnEnd(String how) implements Received {}
}
