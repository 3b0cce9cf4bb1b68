package dev.sluice.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits by polling for a condition that no event reports, with a deadline that fails the test. Checks two hundred
/// times a second, so as to leave the processors to the tested code.
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Await() {}

    public static void that(BooleanSupplier holds) {
        that(holds, () -> "the condition never became true");
    }

    /// @param otherwise the message if the condition never holds
    public static void that(BooleanSupplier holds, Supplier<String> otherwise) {
        that(TestServer.PATIENCE, holds, otherwise);
    }

    /// @param patience the deadline, for slow conditions
    public static void that(Duration patience, BooleanSupplier holds, Supplier<String> otherwise) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) throw new AssertionError(otherwise.get());
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
