package dev.sluice.sense.monitor;

import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The two clocks of Sense.
///
/// @param wall      the time of day, for times that people see
/// @param elapsedMs the milliseconds of a monotonic clock, for schedules
public record SenseClock(InstantSource wall, LongSupplier elapsedMs) {
    public static SenseClock system() {
        return new SenseClock(Clock.systemUTC(), () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }
}
