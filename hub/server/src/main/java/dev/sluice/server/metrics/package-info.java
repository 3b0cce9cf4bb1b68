/// `/metrics`, for Prometheus and what reads its formats. Every metric of the hub is one
/// [dev.sluice.server.metrics.Metric] in the lists of [dev.sluice.server.metrics.MetricList]; `docs/metrics.md` is
/// written from them.
///
/// None has a label whose values clients choose, such as the name of a channel: their number would have no limit.
@NullMarked
package dev.sluice.server.metrics;

import org.jspecify.annotations.NullMarked;
