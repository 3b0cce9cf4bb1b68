package dev.sluice.sense.uptime;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// A histogram of latencies whose buckets grow by a tenth, so that a percentile is off by a twentieth at
/// most. Most checks use few buckets, so only those in use are stored. Histograms of hours add up to that of
/// a day.
final class LatencyHistogram {
    private static final double SMALLEST_MS = 0.1;
    private static final double STEP = Math.log(1.1);

    private final TreeMap<Integer, Long> counts = new TreeMap<>();

    void add(Duration latency) {
        double ms = Math.max(SMALLEST_MS, latency.toNanos() / 1e6);
        counts.merge((int) Math.round(Math.log(ms / SMALLEST_MS) / STEP), 1L, Long::sum);
    }

    void add(LatencyHistogram other) {
        other.counts.forEach((step, count) -> counts.merge(step, count, Long::sum));
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /// Returns the latency that this share of the responses did not exceed; empty if there are none.
    ///
    /// @param part from 0 to 1
    OptionalDouble percentileMs(double part) {
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        long rank = Math.max(1, (long) Math.ceil(part * all));
        for (Map.Entry<Integer, Long> each : counts.entrySet()) {
            rank -= each.getValue();
            if (rank <= 0) return OptionalDouble.of(SMALLEST_MS * Math.exp(each.getKey() * STEP));
        }
        return OptionalDouble.empty();
    }

    /// Returns the histogram as `STEP:COUNT STEP:COUNT …`.
    String text() {
        var text = new StringBuilder();
        counts.forEach((step, count) ->
                text.append(text.isEmpty() ? "" : " ").append(step).append(':').append(count));
        return text.toString();
    }

    static LatencyHistogram parse(String text) {
        var all = new LatencyHistogram();
        if (text.isEmpty()) return all;
        for (String each : text.split(" ", -1)) {
            int colon = each.indexOf(':');
            all.counts.merge(
                    Integer.parseInt(each.substring(0, colon)), Long.parseLong(each.substring(colon + 1)), Long::sum);
        }
        return all;
    }
}
