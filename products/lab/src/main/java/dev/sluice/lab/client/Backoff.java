package dev.sluice.lab.client;

import java.util.concurrent.ThreadLocalRandom;

/// Pauses between attempts to connect.
final class Backoff {
    private static final long FIRST_MS = 1_000;
    private static final int DOUBLINGS_MAX = 5;

    private Backoff() {}

    /// As client.js does it, and as everybody should who connects by hand: doubled each time, and random, so that
    /// clients that lost the same hub do not come back together.
    static long ms(int failures) {
        return ThreadLocalRandom.current().nextLong(FIRST_MS << Math.min(failures, DOUBLINGS_MAX));
    }
}
