package dev.sluice;

import java.util.Map;

/// A metric of the hub at one moment. `docs/metrics.md` lists all of them.
///
/// @param name   the name in Prometheus, such as `sluice_published_events_total`
/// @param labels the labels, such as `transport`, of one of several metrics with this name; empty if it is
///     the only one
/// @param help   the description
/// @param value  the count since the start, the measured value, or the sum of all values of a histogram
/// @param count  the number of values of a histogram, else 0
public record Measurement(String name, Type type, Map<String, String> labels, String help, double value, long count) {
    /// The types of metrics.
    public enum Type {
        /// A count since the start, which never decreases.
        COUNTER,
        /// A measured value that goes up and down.
        GAUGE,
        /// The sum and the number of values.
        HISTOGRAM
    }

    public Measurement {
        labels = Map.copyOf(labels);
    }
}
