package dev.sluice.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what no event tells of, with a deadline that fails loudly. Looks a thousand times a second, and leaves the
/// processors to what it waits for.
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(1);

    private Await() {}

    public static void that(BooleanSupplier holds) {
        that(holds, () -> "it never came true");
    }

    /// @param otherwise what is the case instead
    public static void that(BooleanSupplier holds, Supplier<String> otherwise) {
        that(TestServer.PATIENCE, holds, otherwise);
    }

    /// @param patience for what takes its time
    public static void that(Duration patience, BooleanSupplier holds, Supplier<String> otherwise) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) throw new AssertionError(otherwise.get());
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
