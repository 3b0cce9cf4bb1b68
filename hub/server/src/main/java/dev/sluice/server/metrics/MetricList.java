package dev.sluice.server.metrics;

import java.util.List;
import java.util.stream.Stream;

/// All metrics of the hub, in the order of the documentation.
public final class MetricList {
    public static final List<Metric> ALL = Stream.of(
                    PublishMetrics.ALL,
                    DeliveryMetrics.ALL,
                    StreamMetrics.ALL,
                    LogMetrics.ALL,
                    ClusterMetrics.ALL,
                    ServerMetrics.ALL)
            .flatMap(List::stream)
            .toList();

    private MetricList() {}
}
