package dev.sluice.server.proxy;

import java.time.Duration;

/// How the hub's bytes get through a line.
///
/// @param delay      each is this much later
/// @param holdBytes  they are held back until there are so many, as by a proxy with a buffer
/// @param pieceBytes then they come in pieces of so many
/// @param every      one piece each so often; zero: one behind the other
public record Weather(Duration delay, int holdBytes, int pieceBytes, Duration every) {
    public static final Weather FAIR = new Weather(Duration.ZERO, 1, Integer.MAX_VALUE, Duration.ZERO);

    public static Weather delay(Duration delay) {
        return new Weather(delay, 1, Integer.MAX_VALUE, Duration.ZERO);
    }

    public static Weather hold(int bytes) {
        return new Weather(Duration.ZERO, bytes, Integer.MAX_VALUE, Duration.ZERO);
    }

    /// Drops so small that every border in the stream is met, and one at a time.
    public static Weather drops(int bytes, Duration every) {
        return new Weather(Duration.ZERO, 1, bytes, every);
    }
}
