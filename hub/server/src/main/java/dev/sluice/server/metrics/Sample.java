package dev.sluice.server.metrics;

import dev.sluice.core.metrics.Distribution;
import java.util.List;

/// A value of a [Metric].
public sealed interface Sample {
    /// The values of the metric's labels.
    List<String> labels();

    /// A count or a measure.
    record Scalar(List<String> labels, double value) implements Sample {}

    /// Counts by size.
    ///
    /// @param unit one unit of the distribution, in seconds
    record Buckets(List<String> labels, Distribution distribution, double unit) implements Sample {}
}
