package dev.sluice.server.stats;

import dev.sluice.core.delivery.metrics.HubMetrics;
import dev.sluice.core.event.Content;
import dev.sluice.server.json.Timestamp;

/// Figures of the log's size.
final class LogSize {
    private LogSize() {}

    static Content figures(HubMetrics metrics) {
        var log = metrics.log();
        return StatsJson.of(figures -> figures.add("events", log.entries())
                .add("bytes", log.dataBytes())
                .add("channels", log.channels())
                .add("oldest", log.oldestMs() == 0 ? null : Timestamp.of(log.oldestMs())));
    }
}
