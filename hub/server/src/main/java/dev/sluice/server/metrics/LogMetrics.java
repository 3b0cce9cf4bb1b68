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
                    "When the oldest event was published that limits of the whole log concern, in seconds since 1970; 0: there is none.",
                    "time() minus this is the age of the log: younger than clients are away, and they get gaps.",
                    reading -> reading.hub().log().oldestMs() / 1e3),
            Metric.histogram(
                    "sluice_log_write_seconds",
                    "Time of a write to disk, of a group of publishes; with its sync where each is synced (storage.sync).",
                    "The disk is slow or shared: publishers wait as long. Groups grow meanwhile, so throughput falls later.",
                    reading -> new Sample.Buckets(List.of(), reading.hub().log().writes(), 1e-6)),
            Metric.histogram(
                    "sluice_log_sync_seconds",
                    "Time of a sync of the disk, where they are made once a second (storage.sync).",
                    "Above a second, more than a second of publishes is at stake in a loss of power.",
                    reading -> new Sample.Buckets(List.of(), reading.hub().log().syncs(), 1e-6)),
            Metric.gauge(
                    "sluice_log_failed",
                    "1 if the log takes nothing until the hub is started again, else 0.",
                    "Raise an alert at once. The hub's log and /readyz say why.",
                    reading -> reading.isLogFailed() ? 1 : 0));

    private LogMetrics() {}
}
