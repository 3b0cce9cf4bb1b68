package dev.sluice.server.metrics;

import dev.sluice.core.metrics.AppendCount;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The metrics of publishers.
final class PublishMetrics {
    private static final Set<AppendCount> OUTCOMES =
            EnumSet.complementOf(EnumSet.of(AppendCount.PLACED, AppendCount.PLACED_RESERVED, AppendCount.PLACED_BYTES));

    static final List<Metric> ALL = List.of(
            Metric.counter(
                    "sluice_published_events_total",
                    "Events and ends of channels that the log has taken.",
                    "No rate where there should be one: the publishers fail, or are refused (sluice_refusals_total).",
                    reading -> count(reading, AppendCount.PLACED)),
            Metric.counter(
                    "sluice_published_bytes_total",
                    "Bytes of data of these events.",
                    "Divide by the events: larger events than planned fill the log and the network.",
                    reading -> count(reading, AppendCount.PLACED_BYTES)),
            Metric.counter(
                    "sluice_publishes_not_placed_total",
                    "outcome",
                    "Publishes that placed nothing: repeated (an idempotency key was used again for the same publish),"
                            + " or refused for the reason that the outcome names.",
                    "repeated grows when publishers retry: look at their network. refused-full: free some disk space."
                            + " refused-too-many-channels: delete channels or raise storage.channels_max."
                            + " refused-channel-share: a caller has created as many channels as it may: look at what it does, or"
                            + " raise limits.caller_share, or channels_max of its grant."
                            + " refused-newest-differs is how concurrent editors work.",
                    PublishMetrics::notPlaced));

    private PublishMetrics() {}

    private static long count(MetricsSnapshot reading, AppendCount what) {
        return reading.hub().outcomes().getOrDefault(what, 0L);
    }

    private static Map<String, Long> notPlaced(MetricsSnapshot reading) {
        return OUTCOMES.stream().collect(Collectors.toMap(PublishMetrics::word, each -> count(reading, each)));
    }

    /// Returns the word for a constant in labels, the same as in log lines.
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
