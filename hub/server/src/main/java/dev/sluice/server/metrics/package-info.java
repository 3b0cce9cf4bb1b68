/// `/metrics`, for Prometheus and other programs that read its formats. Every metric of the hub is one
/// [dev.sluice.server.metrics.Metric] in the lists of [dev.sluice.server.metrics.MetricList]; a test compares
/// `docs/metrics.md` with them.
///
/// No metric has a label whose values clients choose, such as the name of a channel: the number of values would
/// have no limit.
@NullMarked
package dev.sluice.server.metrics;

import org.jspecify.annotations.NullMarked;
