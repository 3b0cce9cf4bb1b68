package dev.sluice.storage.write;

import dev.sluice.core.metrics.Histogram;

/// Microseconds that operations on the disk take.
final class DiskTimes {
    private DiskTimes() {}

    static Histogram histogram() {
        return new Histogram(
                50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
                2_500_000, 5_000_000);
    }

    static void addSince(Histogram times, long startNs) {
        times.add((System.nanoTime() - startNs) / 1_000);
    }
}
