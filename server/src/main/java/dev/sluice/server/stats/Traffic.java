package dev.sluice.server.stats;

import dev.sluice.core.delivery.HubMetrics;
import dev.sluice.core.delivery.ReaderCount;
import dev.sluice.core.event.Content;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.metrics.LoopCount;
import java.util.List;
import java.util.Map;

/// Figures of the hub's traffic in one second.
final class Traffic {
    private static final List<AppendCount> REFUSED = List.of(
            AppendCount.REFUSED_KEY_REUSED,
            AppendCount.REFUSED_NEWEST_DIFFERS,
            AppendCount.REFUSED_ENDED,
            AppendCount.REFUSED_FULL,
            AppendCount.REFUSED_TOO_MANY_CHANNELS);

    private final HubMetrics before;
    private final HubMetrics after;
    private final double seconds;

    Traffic(HubMetrics before, HubMetrics after, double seconds) {
        this.before = before;
        this.after = after;
        this.seconds = seconds;
    }

    Content figures(ReaderCount readers, int connections) {
        Distribution delay = after.latency().since(before.latency());
        return Figures.of(figures -> figures.add("published", rate(AppendCount.PLACED))
                .add("publishedBytes", rate(AppendCount.PLACED_BYTES))
                .add("delivered", rate(LoopCount.EVENTS_DELIVERED))
                .add("deliveredBytes", rate(LoopCount.BYTES_DELIVERED))
                .add("refused", REFUSED.stream().mapToLong(this::rate).sum())
                .add("gaps", rate(LoopCount.GAPS))
                .add("ended", perSecond(sum(after) - sum(before)))
                .addRounded("delayP50Ms", Figures.rounded(delay.quantile(0.5)))
                .addRounded("delayP99Ms", Figures.rounded(delay.quantile(0.99)))
                .add("connections", connections)
                .add("readers", readers.readers())
                .add("behind", after.readersBehind())
                .add("behindMs", after.longestMs())
                .add("furthestEvents", after.furthest().events())
                .add("furthestBytes", after.furthest().bytes()));
    }

    /// Events published since the figures before.
    long published() {
        return difference(before.outcomes(), after.outcomes(), AppendCount.PLACED);
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

    private static long sum(HubMetrics metrics) {
        return metrics.endedStreams().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /// Rounded up: what happens less than once a second is seen in the second in which it happens.
    private long perSecond(long count) {
        return (long) Math.ceil(count / seconds);
    }
}
