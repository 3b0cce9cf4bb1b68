package dev.sluice.sense.monitor;

import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The two clocks of Sense.
///
/// @param wall      the time of day, for what people see
/// @param elapsedMs milliseconds that never go back, for schedules
public record SenseClock(InstantSource wall, LongSupplier elapsedMs) {
    public static SenseClock system() {
        return new SenseClock(Clock.systemUTC(), () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }
}
