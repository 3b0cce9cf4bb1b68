package dev.sluice.server.metrics;

import java.util.List;

/// The log: how large and old it is, and how it writes.
final class LogMetrics {
    static final List<Metric> ALL = List.of(
            Metric.gauge(
                    "sluice_log_entries",
                    "Events and ends of channels kept.",
                    "Grows without end: no retention rule covers some channels.",
                    reading -> reading.hub().log().entries()),
            Metric.gauge(
                    "sluice_log_data_bytes",
                    "Bytes of data of these entries. On disk it is less where data compresses, and more for a while after deletions.",
                    "Compare with the size of the disk, and with how fast it grows.",
                    reading -> reading.hub().log().dataBytes()),
            Metric.gauge(
                    "sluice_log_channels",
                    "Channels that keep entries, the hub's own included.",
                    "Near storage.channels_max publishes to new channels are refused: delete channels, or let retention empty them.",
                    reading -> reading.hub().log().channels()),
            Metric.gauge(
                    "sluice_log_oldest_timestamp_seconds",
                    "When the oldest event that counts towards the limits of the whole log was published, in seconds since 1970; 0 without one.",
                    "time() minus this is the age of the log. Clients that are away for longer get gaps.",
                    reading -> reading.hub().log().oldestMs() / 1e3),
            Metric.histogram(
                    "sluice_log_write_seconds",
                    "Time to write a group of publishes to disk, with its sync if each write is synced (storage.sync).",
                    "High: the disk is slow or shared, and publishers wait that long. Groups then grow, so throughput falls later.",
                    reading -> new Sample.Buckets(List.of(), reading.hub().log().writes(), 1e-6)),
            Metric.histogram(
                    "sluice_log_sync_seconds",
                    "Time of a sync of the disk, if syncs are made once a second (storage.sync).",
                    "Above a second: a power failure can lose more than a second of publishes.",
                    reading -> new Sample.Buckets(List.of(), reading.hub().log().syncs(), 1e-6)),
            Metric.gauge(
                    "sluice_log_failed",
                    "1 if the log has failed and accepts nothing until the hub is restarted, else 0.",
                    "The hub's log and /readyz say why. A hub of its own ends then: raise an alert if it does not answer.",
                    reading -> reading.isLogFailed() ? 1 : 0));

    private LogMetrics() {}
}
