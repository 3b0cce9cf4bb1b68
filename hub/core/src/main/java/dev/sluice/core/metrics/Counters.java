package dev.sluice.core.metrics;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/// One count for each constant of an enum. One thread at a time adds, any thread reads. A count costs its writer
/// one plain load and store: readers see each count whole, but possibly a little late, and see two counts at
/// different moments.
public final class Counters<K extends Enum<K>> {
    /// Unused longs on both sides, a cache line each: the counts of two event loops may be neighbours in memory.
    private static final int PADDING = 8;

    private final Class<K> keys;
    private final AtomicLongArray counts;

    public Counters(Class<K> keys) {
        this.keys = keys;
        this.counts = new AtomicLongArray(keys.getEnumConstants().length + 2 * PADDING);
    }

    /// Adds to a count. Call it on one thread at a time.
    public void add(K key, long more) {
        int index = index(key);
        counts.setOpaque(index, counts.getPlain(index) + more);
    }

    /// The current count. May be called from any thread.
    public long get(K key) {
        return counts.getOpaque(index(key));
    }

    @SuppressWarnings("EnumOrdinal") // The index lives no longer than the process; a map would box each count.
    private static int index(Enum<?> key) {
        return PADDING + key.ordinal();
    }

    /// The sums of several, by key, zeros included. May be called from any thread.
    ///
    /// @param all at least one
    public static <K extends Enum<K>> Map<K, Long> sum(Collection<Counters<K>> all) {
        Class<K> keys = all.iterator().next().keys;
        Map<K, Long> sums = new EnumMap<>(keys);
        for (K key : keys.getEnumConstants()) {
            sums.put(key, all.stream().mapToLong(each -> each.get(key)).sum());
        }
        return sums;
    }
}
