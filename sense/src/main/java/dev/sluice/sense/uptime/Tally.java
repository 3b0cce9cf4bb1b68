package dev.sluice.sense.uptime;

import java.util.EnumMap;

/// The figures and latencies of one check in some time. Not safe for use by several threads.
final class Tally {
    private final EnumMap<Measure, Long> figures = new EnumMap<>(Measure.class);
    private final LatencyHistogram latencies;

    Tally() {
        this(new LatencyHistogram());
    }

    Tally(LatencyHistogram latencies) {
        this.latencies = latencies;
    }

    long get(Measure figure) {
        return figures.getOrDefault(figure, 0L);
    }

    void add(Measure figure, long amount) {
        figures.merge(figure, amount, Long::sum);
    }

    void add(Tally other) {
        other.figures.forEach(this::add);
        latencies.add(other.latencies);
    }

    LatencyHistogram latencies() {
        return latencies;
    }
}
