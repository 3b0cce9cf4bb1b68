package dev.sluice.server.stats;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The two clocks of a server. Tests replace them.
///
/// @param wall      the clock for the time of events and for `since=`
/// @param elapsedMs monotonic milliseconds, for timers
public record ServerClock(InstantSource wall, LongSupplier elapsedMs) {
    /// The clocks of the system.
    public static ServerClock system() {
        return new ServerClock(InstantSource.system(), () -> System.nanoTime() / 1_000_000);
    }
}
