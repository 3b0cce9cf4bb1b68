package dev.sluice.server.stats;

import dev.sluice.core.delivery.ReaderCount;
import dev.sluice.core.delivery.metrics.HubMetrics;
import dev.sluice.core.event.Content;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.metrics.LoopCount;
import dev.sluice.core.peers.NodeFigures;
import dev.sluice.server.metrics.MetricsSnapshot;
import java.util.Map;

/// Figures of the hub's traffic in one second.
final class TrafficStats {
    private static final double MICROS = 1e3; // In a millisecond.

    private final MetricsSnapshot beforeAll;
    private final MetricsSnapshot afterAll;
    private final HubMetrics before;
    private final HubMetrics after;
    private final double seconds;

    TrafficStats(MetricsSnapshot before, MetricsSnapshot after, double seconds) {
        this.beforeAll = before;
        this.afterAll = after;
        this.before = before.hub();
        this.after = after.hub();
        this.seconds = seconds;
    }

    HubFigures.Second second(ReaderCount readers) {
        Distribution delay = after.latency().since(before.latency());
        return new HubFigures.Second(
                rate(AppendCount.PLACED),
                rate(AppendCount.PLACED_BYTES),
                rate(LoopCount.EVENTS_DELIVERED),
                rate(LoopCount.BYTES_DELIVERED),
                delay.quantile(0.5),
                delay.quantile(0.99),
                after.connections(),
                readers.readers(),
                after.readersBehind(),
                after.furthest().events());
    }

    Content figures(HubFigures.Second second) {
        Distribution loopDelay = afterAll.loopDelays().since(beforeAll.loopDelays());
        return StatsJson.of(figures -> figures.add("published", second.published())
                .add("publishedBytes", second.publishedBytes())
                .add("delivered", second.delivered())
                .add("deliveredBytes", second.deliveredBytes())
                .add("refused", perSecond(sum(afterAll.refusals()) - sum(beforeAll.refusals())))
                .add("gaps", rate(LoopCount.GAPS))
                .add("ended", perSecond(sum(after.endedStreams()) - sum(before.endedStreams())))
                .addRounded("delayP50Ms", StatsJson.rounded(second.delayP50Ms()))
                .addRounded("delayP99Ms", StatsJson.rounded(second.delayP99Ms()))
                .addRounded("loopDelayMs", StatsJson.rounded(loopDelay.quantile(0.99) / MICROS))
                .add("connections", second.connections())
                .add("readers", second.readers())
                .add("behind", second.behind())
                .add("behindMs", after.longestMs())
                .add("furthestEvents", second.furthestEvents())
                .add("furthestBytes", after.furthest().bytes()));
    }

    /// The figures sent to other nodes of the cluster.
    NodeFigures ofNode(ReaderCount readers) {
        return new NodeFigures(
                rate(AppendCount.PLACED),
                rate(LoopCount.EVENTS_DELIVERED),
                rate(LoopCount.BYTES_DELIVERED),
                after.connections(),
                readers.readers(),
                after.readersBehind());
    }

    /// The number of events published since the previous figures, without those of reserved names.
    long published() {
        return difference(before.outcomes(), after.outcomes(), AppendCount.PLACED)
                - difference(before.outcomes(), after.outcomes(), AppendCount.PLACED_RESERVED);
    }

    private long rate(AppendCount count) {
        return perSecond(difference(before.outcomes(), after.outcomes(), count));
    }

    private long rate(LoopCount count) {
        return perSecond(difference(before.counts(), after.counts(), count));
    }

    private static <K> long difference(Map<K, Long> before, Map<K, Long> after, K count) {
        return after.getOrDefault(count, 0L) - before.getOrDefault(count, 0L);
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Rounds up, so that a rare event shows in the second in which it happens.
    private long perSecond(long count) {
        return (long) Math.ceil(count / seconds);
    }
}
