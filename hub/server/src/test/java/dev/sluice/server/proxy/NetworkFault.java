package dev.sluice.server.proxy;

import java.time.Duration;

/// How the hub's bytes pass through a connection.
///
/// @param delay      the delay of each byte
/// @param holdBytes  bytes are held back until there are this many, as by a buffering proxy
/// @param pieceBytes the most bytes passed on at once
/// @param interval   the time between two pieces; zero for none
public record NetworkFault(Duration delay, int holdBytes, int pieceBytes, Duration interval) {
    public static final NetworkFault NONE = new NetworkFault(Duration.ZERO, 1, Integer.MAX_VALUE, Duration.ZERO);

    public static NetworkFault delay(Duration delay) {
        return new NetworkFault(delay, 1, Integer.MAX_VALUE, Duration.ZERO);
    }

    public static NetworkFault hold(int bytes) {
        return new NetworkFault(Duration.ZERO, bytes, Integer.MAX_VALUE, Duration.ZERO);
    }

    /// Splits the stream into pieces so small that every boundary in it is hit.
    public static NetworkFault split(int bytes, Duration interval) {
        return new NetworkFault(Duration.ZERO, 1, bytes, interval);
    }
}
