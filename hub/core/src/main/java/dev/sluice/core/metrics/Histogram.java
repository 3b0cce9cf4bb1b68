package dev.sluice.core.metrics;

import java.util.concurrent.atomic.AtomicLongArray;

/// Counts values by size, without locks or allocation. One thread at a time adds, any thread [reads][#read].
public final class Histogram {
    /// Unused longs on both sides, as in [Counters].
    private static final int PADDING = 8;

    private final long[] bounds;

    /// A count for each bound, one for larger values, then the sum of all values.
    private final AtomicLongArray counts;

    /// @param bounds the upper bounds of the buckets, inclusive, in ascending order
    public Histogram(long... bounds) {
        this.bounds = bounds.clone();
        this.counts = new AtomicLongArray(bounds.length + 2 + 2 * PADDING);
    }

    /// Counts a value. Call it on one thread at a time.
    public void add(long value) {
        int bucket = 0; // Small values are the most frequent: a search from the first bound ends early.
        while (bucket < bounds.length && value > bounds[bucket]) bucket++;
        more(bucket, 1);
        more(bounds.length + 1, value);
    }

    private void more(int at, long more) {
        counts.setOpaque(PADDING + at, counts.getPlain(PADDING + at) + more);
    }

    /// The values counted so far. May be called from any thread.
    public Distribution read() {
        long[] read = new long[bounds.length + 1];
        for (int i = 0; i < read.length; i++) read[i] = counts.getOpaque(PADDING + i);
        return new Distribution(bounds, read, counts.getOpaque(PADDING + bounds.length + 1));
    }
}
