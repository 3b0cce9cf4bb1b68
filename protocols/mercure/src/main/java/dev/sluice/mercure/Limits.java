package dev.sluice.mercure;

import java.time.Duration;

/// The limits of all clients together.
///
/// @param heartbeat how long a stream may be silent
/// @param bytesMax  how much memory each of three things may take that clients make the hub keep: known ids,
///                  active subscriptions, and updates that are being sent
record Limits(Duration heartbeat, long bytesMax) {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final long BYTES_MAX = 64 << 20;

    static Limits ofHeap() {
        return new Limits(HEARTBEAT, Math.min(BYTES_MAX, Runtime.getRuntime().maxMemory() / 32));
    }
}
