package dev.sluice.server.drain;

import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Refuses new streams while the hub drains: they would only be ended again. May be used from any thread.
public final class DrainGate {
    private static final long OPEN = Long.MIN_VALUE;

    /// Clients that were refused come back within this time after the end of the drain, spread at random.
    private static final int SPREAD_SECONDS = 5;

    private final LongSupplier clockMs;
    private final RandomGenerator random;
    private final AtomicLong endMs = new AtomicLong(OPEN);

    /// @param clockMs milliseconds of a clock that never goes back
    public DrainGate(LongSupplier clockMs, RandomGenerator random) {
        this.clockMs = clockMs;
        this.random = random;
    }

    /// Begins the drain.
    ///
    /// @return false if a drain has begun before
    public boolean begin(Duration over) {
        return endMs.compareAndSet(OPEN, clockMs.getAsLong() + over.toMillis());
    }

    public boolean isDraining() {
        return endMs.get() != OPEN;
    }

    /// @throws ProblemException while the hub drains: the client should retry later, or at another hub
    public void require() {
        if (isDraining()) throw new ProblemException(problem());
    }

    private Problem problem() {
        long leftMs = Math.max(0, endMs.get() - clockMs.getAsLong());
        long seconds = TimeUnit.MILLISECONDS.toSeconds(leftMs) + 1 + random.nextInt(SPREAD_SECONDS);
        return Problems.NOT_READY
                .of("The hub is draining before it stops, and accepts no new streams. Other requests still work.")
                .withHeader("Retry-After", Long.toString(seconds));
    }
}
