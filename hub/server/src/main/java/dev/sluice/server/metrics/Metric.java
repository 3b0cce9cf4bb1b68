package dev.sluice.server.metrics;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// A metric of the hub: its name, how it is read, and its meaning for an operator.
///
/// @param name   as Prometheus shows it, with its unit; a counter ends in `_total`
/// @param labels the names of its labels
/// @param help   what it measures
/// @param advice what a change means, and what to do
/// @param read   returns its current values
public record Metric(
        String name,
        Type type,
        List<String> labels,
        String help,
        String advice,
        Function<MetricsSnapshot, List<? extends Sample>> read) {
    /// The types of metrics that the hub has.
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private static final String TOTAL = "_total";

    static Metric counter(String name, String help, String advice, ToDoubleFunction<MetricsSnapshot> read) {
        return new Metric(name, Type.COUNTER, List.of(), help, advice, scalar(read));
    }

    static Metric counter(
            String name, String label, String help, String advice, Function<MetricsSnapshot, Map<String, Long>> read) {
        return new Metric(
                name,
                Type.COUNTER,
                List.of(label),
                help,
                advice,
                reading -> read.apply(reading).entrySet().stream()
                        .map(each -> new Sample.Scalar(List.of(each.getKey()), each.getValue()))
                        .toList());
    }

    static Metric gauge(String name, String help, String advice, ToDoubleFunction<MetricsSnapshot> read) {
        return new Metric(name, Type.GAUGE, List.of(), help, advice, scalar(read));
    }

    static Metric histogram(String name, String help, String advice, Function<MetricsSnapshot, Sample.Buckets> read) {
        return new Metric(name, Type.HISTOGRAM, List.of(), help, advice, reading -> List.of(read.apply(reading)));
    }

    private static Function<MetricsSnapshot, List<? extends Sample>> scalar(ToDoubleFunction<MetricsSnapshot> read) {
        return reading -> List.of(new Sample.Scalar(List.of(), read.applyAsDouble(reading)));
    }

    /// The name without the suffix of counters, which text formats add.
    String baseName() {
        return name.endsWith(TOTAL) ? name.substring(0, name.length() - TOTAL.length()) : name;
    }

    /// The unit, which is the end of the name: seconds, bytes or ratio; "" for a number of items.
    public String unit() {
        String last = baseName().substring(baseName().lastIndexOf('_') + 1);
        return List.of("seconds", "bytes", "ratio").contains(last) ? last : "";
    }
}
