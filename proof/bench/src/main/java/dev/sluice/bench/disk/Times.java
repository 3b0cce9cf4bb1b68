package dev.sluice.bench.disk;

import java.util.Arrays;
import java.util.Locale;

/// A collection of durations. For one thread.
final class Times {
    private long[] nanos = new long[1_024];
    private int count;

    void add(long durationNs) {
        if (count == nanos.length) nanos = Arrays.copyOf(nanos, 2 * count);
        nanos[count++] = durationNs;
    }

    void add(Times others) {
        for (int i = 0; i < others.count; i++) add(others.nanos[i]);
    }

    double micros(double part) {
        Arrays.sort(nanos, 0, count);
        return count == 0 ? Double.NaN : nanos[(int) Math.min(count - 1, count * part)] / 1e3;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p50 %,.0f µs p99 %,.0f µs", micros(0.5), micros(0.99));
    }
}
