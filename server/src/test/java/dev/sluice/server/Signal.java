package dev.sluice.server;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Something that tests wait for. Whoever changes what they look at says so here.
public final class Signal {
    /// So long may anything take before a test gives up on it, browsers on a busy machine included: a limit against
    /// hanging, not a measure.
    private static final long PATIENCE_NS = 60_000_000_000L;

    public synchronized void changed() {
        notifyAll();
    }

    /// Waits until `look` finds something.
    ///
    /// @param missed says what did not happen
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
