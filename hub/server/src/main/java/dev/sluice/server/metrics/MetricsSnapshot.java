package dev.sluice.server.metrics;

import dev.sluice.core.delivery.metrics.HubMetrics;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.server.reload.ReloadReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One reading of a server and its hub, from which a scrape takes all metrics.
///
/// @param connections      open now
/// @param failedHandshakes of TLS, since the start
/// @param refusals         since the start, by kind of problem
/// @param loopDelays       microseconds by which tasks of event loops ran late
/// @param searches         through the log, since the start
/// @param isLogFailed      whether the log takes nothing until it is opened again
/// @param reload           the last reload of the configuration; null before the first one
public record MetricsSnapshot(
        HubMetrics hub,
        int connections,
        long failedHandshakes,
        Map<String, Long> refusals,
        Distribution loopDelays,
        List<BudgetFill> budgets,
        SearchCounts searches,
        boolean isLogFailed,
        @Nullable ReloadReport reload) {}
