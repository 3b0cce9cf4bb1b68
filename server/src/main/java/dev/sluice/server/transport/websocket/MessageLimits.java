package dev.sluice.server.transport.websocket;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.InFlightBytes;
import java.time.Duration;

/// How large a client's message may be, and how long it may take.
///
/// @param bytesMax       of a message, compressed or not; more is a close with 1009
/// @param inFlight       counts messages that have begun and are not whole
/// @param grace          how far such a message may fall behind the rate; further is a close with 1008
/// @param bytesPerSecond that rate
public record MessageLimits(int bytesMax, InFlightBytes inFlight, Duration grace, int bytesPerSecond) {
    /// As patient as with the bodies of requests.
    public static MessageLimits of(int bytesMax, InFlightBytes inFlight, HttpSettings http) {
        return new MessageLimits(bytesMax, inFlight, http.bodyGrace(), http.bodyBytesPerSecond());
    }
}
