package dev.sluice.sense.uptime;

import java.util.EnumMap;

/// The sums and latencies of one check over an hour, a day or any other period. Not safe for use by several
/// threads.
final class Rollup {
    private final EnumMap<RollupColumn, Long> sums = new EnumMap<>(RollupColumn.class);
    private final LatencyHistogram latencies;

    Rollup() {
        this(new LatencyHistogram());
    }

    Rollup(LatencyHistogram latencies) {
        this.latencies = latencies;
    }

    long get(RollupColumn column) {
        return sums.getOrDefault(column, 0L);
    }

    void add(RollupColumn column, long amount) {
        sums.merge(column, amount, Long::sum);
    }

    void add(Rollup other) {
        other.sums.forEach(this::add);
        latencies.add(other.latencies);
    }

    LatencyHistogram latencies() {
        return latencies;
    }
}
