package dev.sluice.server;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The two times that a server needs. Tests move them.
///
/// @param wall      what events are stamped with and `since=` is compared with
/// @param elapsedMs milliseconds that never go back, for timers
public record Clock(InstantSource wall, LongSupplier elapsedMs) {
    /// The machine's own.
    public static Clock system() {
        return new Clock(InstantSource.system(), () -> System.nanoTime() / 1_000_000);
    }
}
