package dev.sluice.mercure;

import java.time.Duration;
import java.util.function.LongSupplier;

/// The limits of all clients together.
///
/// @param heartbeat how long a stream may be silent
/// @param bytesMax  how much memory each of three things may take that clients make the hub keep: known ids,
///                  active subscriptions, and updates that are being sent; known after the hub's start
record Limits(Duration heartbeat, LongSupplier bytesMax) {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final long BYTES_MAX = 64 << 20;

    /// @param memory the bytes for the three together
    static Limits of(LongSupplier memory) {
        return new Limits(HEARTBEAT, () -> Math.min(BYTES_MAX, memory.getAsLong() / 3));
    }
}
