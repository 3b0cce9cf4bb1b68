package dev.sluice.core.delivery.stream;

import dev.sluice.core.log.Lag;

/// How far a stream is behind.
///
/// @param lag an estimate
/// @param ms  for how long it has been behind
public record StreamBacklog(Lag lag, long ms) {
    public static final StreamBacklog NONE = new StreamBacklog(Lag.NONE, 0);

    /// The larger lag and the longer time of both.
    public StreamBacklog or(StreamBacklog other) {
        return new StreamBacklog(lag.events() < other.lag.events() ? other.lag : lag, Math.max(ms, other.ms));
    }
}
