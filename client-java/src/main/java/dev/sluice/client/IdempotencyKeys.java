package dev.sluice.client;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Makes the keys by which a hub knows that it has seen a publish before. For any thread. */
final class IdempotencyKeys {
    private final String prefix;
    private final AtomicLong count = new AtomicLong();

    /** @param random 128 bits of it, so that no two clients make the same keys */
    IdempotencyKeys(RandomGenerator random) {
        prefix = String.format("%016x%016x", random.nextLong(), random.nextLong());
    }

    String next() {
        return prefix + "-" + count.incrementAndGet();
    }

    /** @throws IllegalArgumentException if the key can't be sent as one */
    static String check(String key, int lengthMax) {
        boolean isVisible = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (key.isEmpty() || key.length() > lengthMax || !isVisible) {
            throw new IllegalArgumentException(
                    "An idempotency key is 1 to " + lengthMax + " visible ASCII characters, not '" + key + "'");
        }
        return key;
    }
}
