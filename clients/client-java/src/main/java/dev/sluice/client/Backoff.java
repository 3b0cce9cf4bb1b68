package dev.sluice.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes the pause before the next attempt: exponential backoff with full jitter, so that clients that lost the same
 * hub do not reconnect at the same moment. A delay that the hub asks for is always kept; the backoff is added to it.
 * For one thread.
 */
final class Backoff {
    private static final int DOUBLINGS_MAX = 20; // A million times the first pause; the maximum applies earlier.

    private final Duration first;
    private final Duration max;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration max, RandomGenerator random) {
        this.first = first;
        this.max = max;
        this.random = random;
    }

    /** @param atLeast the delay that the hub asked for; zero if none */
    Duration next(Duration atLeast) {
        long ceilingMs = Math.min(max.toMillis(), first.toMillis() << Math.min(failures, DOUBLINGS_MAX));
        failures++;
        return atLeast.plusMillis(random.nextLong(ceilingMs + 1));
    }

    /** Called after a success: the next pause is short again. */
    void reset() {
        failures = 0;
    }
}
