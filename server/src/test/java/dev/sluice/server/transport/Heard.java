package dev.sluice.server.transport;

import org.jspecify.annotations.Nullable;

/// What a client hears, the same for all transports: null is what a transport does not say.
public sealed interface Heard {
    record AnEvent(
            @Nullable String id,
            @Nullable String channel,
            @Nullable String type,
            String data) implements Heard {}

    record Begin(String cursor) implements Heard {}

    record AGap(String after, String resume, String reason) implements Heard {}

    record AClose(@Nullable String channel, @Nullable String cursor) implements Heard {}

    record ABeat(@Nullable String cursor, long behind) implements Heard {}

    record AnError(int status, boolean retry) implements Heard {}

    /// The last thing of all.
    ///
    /// @param how `whole`, `cut`, a status, or the code of a WebSocket's close
    record AnEnd(String how) implements Heard {}
}
