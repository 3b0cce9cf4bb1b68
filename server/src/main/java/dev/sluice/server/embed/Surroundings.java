package dev.sluice.server.embed;

import dev.sluice.server.transport.websocket.MessageLimits;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What all handlers of a program work with. The limits are known from the start on.
final class Surroundings {
    private record Limits(MessageLimits messages, Duration sendTimeout) {}

    private final Threads threads = new Threads();
    private final AtomicLong loaded = new AtomicLong();
    private @Nullable Limits limits;

    void begin(MessageLimits messages, Duration sendTimeout) {
        limits = new Limits(messages, sendTimeout);
    }

    private Limits limits() {
        return Objects.requireNonNull(limits, "not started");
    }

    Threads threads() {
        return threads;
    }

    /// The bytes of all files on their way to clients.
    AtomicLong loaded() {
        return loaded;
    }

    /// Of messages, and of requests' bodies.
    MessageLimits messages() {
        return limits().messages;
    }

    /// How long a sender waits for a client that does not read.
    Duration sendTimeout() {
        return limits().sendTimeout;
    }
}
