package dev.sluice.durablestreams;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/// The cursors of live reads (§10.1), which make caches ask again: a number for each 20 seconds, and always a
/// greater one than that of the client.
final class LiveCursor {
    private static final long FIRST_MS = Instant.parse("2024-10-09T00:00:00Z").toEpochMilli();
    private static final long INTERVAL_MS = 20_000;

    /// In intervals: up to an hour.
    private static final int JITTER_MAX = 180;

    private LiveCursor() {}

    /// @param given the client's cursor; anything but a number is ignored
    static String next(String given, long nowMs) {
        long now = (nowMs - FIRST_MS) / INTERVAL_MS;
        long last = given.matches("[0-9]{1,18}") ? Long.parseLong(given) : -1;
        return "" + (last < now ? now : last + ThreadLocalRandom.current().nextInt(1, JITTER_MAX + 1));
    }
}
