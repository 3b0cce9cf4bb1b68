package dev.sluice.lab.client;

import java.util.concurrent.ThreadLocalRandom;

/// Pauses between attempts to connect.
final class Backoff {
    private static final long FIRST_MS = 1_000;
    private static final int DOUBLINGS_MAX = 5;

    private Backoff() {}

    /// Returns a random pause whose limit doubles with each failure, so that clients that lost the same hub
    /// do not all return at the same moment. client.js does the same, and any client written by hand should.
    static long ms(int failures) {
        return ThreadLocalRandom.current().nextLong(FIRST_MS << Math.min(failures, DOUBLINGS_MAX));
    }
}
