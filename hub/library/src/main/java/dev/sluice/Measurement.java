package dev.sluice;

import java.util.Map;

/// A figure of the hub at one moment. `docs/metrics.md` has all of them.
///
/// @param name   as Prometheus shows it, such as `sluice_published_events_total`
/// @param labels of one of several figures with this name, such as `transport`; empty if it is the only one
/// @param help   what is measured
/// @param value  the count since the start, the measure, or of a histogram the sum of all values
/// @param count  of a histogram the number of values, else 0
public record Measurement(String name, Type type, Map<String, String> labels, String help, double value, long count) {
    /// The types of figures.
    public enum Type {
        /// Counts since the start: it never decreases.
        COUNTER,
        /// A measure that goes up and down.
        GAUGE,
        /// Values of which the sum and the number are known.
        HISTOGRAM
    }

    public Measurement {
        labels = Map.copyOf(labels);
    }
}
