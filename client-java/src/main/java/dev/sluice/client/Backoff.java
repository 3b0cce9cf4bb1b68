package dev.sluice.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to pause before the next attempt: twice as long after each failure, and any part of that by chance ("full
 * jitter"), so that those who lost the same hub don't come back in step. What the hub asks for is waited for in any case,
 * before that. For one thread.
 */
final class Backoff {
    private static final int DOUBLINGS_MAX = 20; // A million times the first pause; the limit comes earlier.

    private final Duration first;
    private final Duration max;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration max, RandomGenerator random) {
        this.first = first;
        this.max = max;
        this.random = random;
    }

    /** @param atLeast what the hub asked for */
    Duration next(Duration atLeast) {
        long ceilingMs = Math.min(max.toMillis(), first.toMillis() << Math.min(failures, DOUBLINGS_MAX));
        failures++;
        return atLeast.plusMillis(random.nextLong(ceilingMs + 1));
    }

    /** Things go well again. */
    void reset() {
        failures = 0;
    }
}
