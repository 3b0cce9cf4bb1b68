package dev.sluice.client;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Generates idempotency keys, by which a hub recognizes a repeated publish. Safe for use by many threads. */
final class IdempotencyKeys {
    private final String prefix;
    private final AtomicLong count = new AtomicLong();

    /** @param random source of a 128-bit prefix, so that no two clients generate the same keys */
    IdempotencyKeys(RandomGenerator random) {
        prefix = String.format(Locale.ROOT, "%016x%016x", random.nextLong(), random.nextLong());
    }

    String next() {
        return prefix + "-" + count.incrementAndGet();
    }

    /** @throws IllegalArgumentException if this is not a valid key */
    static String check(String key, int lengthMax) {
        boolean isVisible = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (key.isEmpty() || key.length() > lengthMax || !isVisible) {
            throw new IllegalArgumentException(
                    "An idempotency key must have 1 to " + lengthMax + " visible ASCII characters, was '" + key + "'");
        }
        return key;
    }
}
