package dev.sluice.library;

import dev.sluice.server.TestServer;
import java.util.function.BooleanSupplier;

/// Waits for a count to settle, with a deadline that fails loudly.
final class Await {
    private Await() {}

    static void that(BooleanSupplier holds) {
        long deadlineNs = System.nanoTime() + TestServer.PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) throw new AssertionError("it never came true");
            Thread.onSpinWait();
        }
    }
}
