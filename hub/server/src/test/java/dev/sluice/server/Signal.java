package dev.sluice.server;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A signal for waiting tests. Code that changes the state that a test waits for calls [#changed].
public final class Signal {
    /// The deadline of all waits, enough for browsers on a busy machine: it prevents hanging, and measures nothing.
    private static final long PATIENCE_NS = 60_000_000_000L;

    public synchronized void changed() {
        notifyAll();
    }

    /// Waits until `look` returns a value.
    ///
    /// @param missed the message if it never does
    public synchronized <T> T await(Supplier<@Nullable T> look, Supplier<String> missed) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (true) {
            T found = look.get();
            if (found != null) return found;
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) throw new AssertionError(missed.get());
            try {
                wait(leftMs);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting; " + missed.get(), ended);
            }
        }
    }
}
