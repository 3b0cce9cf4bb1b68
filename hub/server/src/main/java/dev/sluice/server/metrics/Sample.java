package dev.sluice.server.metrics;

import dev.sluice.core.metrics.Distribution;
import java.util.List;

/// A value of a [Metric].
public sealed interface Sample {
    /// The values of the metric's labels.
    List<String> labels();

    /// The value of a counter or a gauge.
    record Scalar(List<String> labels, double value) implements Sample {}

    /// The counts of a histogram.
    ///
    /// @param unit one unit of the distribution, in seconds
    record Buckets(List<String> labels, Distribution distribution, double unit) implements Sample {}
}
