package dev.sluice.server.transport.websocket;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.InFlightBytes;
import java.time.Duration;

/// Limits on the size and duration of a client's messages.
///
/// @param bytesMax       the longest message, compressed or not; a longer one is closed with 1009
/// @param inFlight       counts incomplete messages
/// @param grace          how far an incomplete message may fall behind the rate; further is closed with 1008
/// @param bytesPerSecond the minimum rate
public record MessageLimits(int bytesMax, InFlightBytes inFlight, Duration grace, int bytesPerSecond) {
    /// Frames have a separate limit, because empty ones count towards no other.
    private static final int FRAMES_MIN = 16 << 10;

    /// The shortest frame, on average, of the longest message.
    private static final int FRAME_BYTES = 64;

    /// The most frames in a message.
    int framesMax() {
        return Math.max(FRAMES_MIN, bytesMax / FRAME_BYTES);
    }

    /// Uses the grace period and rate of request bodies.
    public static MessageLimits of(int bytesMax, InFlightBytes inFlight, HttpSettings http) {
        return new MessageLimits(bytesMax, inFlight, http.bodyGrace(), http.bodyBytesPerSecond());
    }
}
