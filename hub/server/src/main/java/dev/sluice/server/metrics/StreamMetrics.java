package dev.sluice.server.metrics;

import dev.sluice.core.delivery.metrics.StreamCount;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// The metrics of readers, and of how far they are behind.
final class StreamMetrics {
    private static final List<String> LABELS = List.of("kind", "transport");

    static final List<Metric> ALL = List.of(
            new Metric(
                    "sluice_streams",
                    Metric.Type.GAUGE,
                    LABELS,
                    "Open streams. A session and each of its subscriptions count, each under its kind.",
                    "A sudden fall points to a network or a proxy; a fall of one transport to something on the way that breaks it.",
                    reading -> streams(reading, StreamCount::open)),
            new Metric(
                    "sluice_streams_opened_total",
                    Metric.Type.COUNTER,
                    LABELS,
                    "Streams opened.",
                    "A rate far above that of new clients: clients reconnect all the time. See why streams end.",
                    reading -> streams(reading, StreamCount::opened)),
            Metric.counter(
                    "sluice_streams_ended_total",
                    "reason",
                    "Streams ended, by the reason that was decided first.",
                    "stalled, torn, too-far-behind: clients are too slow. unavailable, failed: look at the hub's log."
                            + " expired: tokens are not renewed in time. over-budget: raise delivery.answers_max.",
                    StreamMetrics::ended),
            Metric.gauge(
                    "sluice_readers_behind",
                    "Streams that had not received all of their events about a second ago.",
                    "A few after a burst are normal. A lasting number means slow clients, or a hub that can't keep up.",
                    reading -> reading.hub().readersBehind()),
            Metric.gauge(
                    "sluice_lag_events",
                    "Events that the reader with the lowest cursor has not received yet, an estimate.",
                    "Grows without end: this client reads slower than its channels grow. An overflow rule skips or ends it.",
                    reading -> reading.hub().furthest().events()),
            Metric.gauge(
                    "sluice_lag_bytes",
                    "Bytes of data of these events.",
                    "Compare with sluice_lag_events: few large events, or many small ones.",
                    reading -> reading.hub().furthest().bytes()),
            Metric.gauge(
                    "sluice_lag_seconds",
                    "For how long the reader that has been behind for the longest time has been behind.",
                    "Longer than a burst lasts: find the client among the connections; raise an alert at a minute.",
                    reading -> reading.hub().longestMs() / 1e3));

    private StreamMetrics() {}

    private static List<Sample.Scalar> streams(MetricsSnapshot reading, ToLongFunction<StreamCount> count) {
        return reading.hub().streams().stream()
                .map(each -> new Sample.Scalar(
                        List.of(PublishMetrics.word(each.kind()), each.transport()), count.applyAsLong(each)))
                .toList();
    }

    private static Map<String, Long> ended(MetricsSnapshot reading) {
        return reading.hub().endedStreams().entrySet().stream()
                .collect(Collectors.toMap(each -> PublishMetrics.word(each.getKey()), Map.Entry::getValue));
    }
}
