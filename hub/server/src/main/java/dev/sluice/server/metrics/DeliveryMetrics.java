package dev.sluice.server.metrics;

import dev.sluice.core.metrics.LoopCount;
import java.util.List;

/// How events reach readers.
final class DeliveryMetrics {
    static final List<Metric> ALL = List.of(
            counter(
                    LoopCount.EVENTS_DELIVERED,
                    "sluice_delivered_events_total",
                    "Events that sockets took completely, and events in the answers of polls.",
                    "Publishes that reach no reader show as a rate that falls while published events do not."),
            counter(
                    LoopCount.BYTES_DELIVERED,
                    "sluice_delivered_bytes_total",
                    "Bytes that sockets took, control frames included; for polls, the bytes of data.",
                    "Near the bandwidth of the network, readers fall behind: shorten events or add hubs."),
            counter(
                    LoopCount.BATCHES,
                    "sluice_delivery_writes_total",
                    "Writes to sockets, and answers of polls.",
                    "Events divided by writes is the number of events sent at a time; it should grow under load."),
            Metric.histogram(
                    "sluice_delivery_latency_seconds",
                    "Time from the publish of an event until a socket took it: for the first event of each write, in steps of a"
                            + " millisecond, without events that are older than their reader.",
                    "High for all: the event loops are late (sluice_event_loop_delay_seconds), the log writes slowly, or the"
                            + " collector pauses. High for few: clients read slowly (sluice_lag_seconds).",
                    reading -> new Sample.Buckets(List.of(), reading.hub().latency(), 1e-3)),
            counter(
                    LoopCount.ENCODES,
                    "sluice_encoded_events_total",
                    "Events encoded, once for each format in use.",
                    "More than published events times formats: raise delivery.encoded_max."),
            counter(
                    LoopCount.TURNS,
                    "sluice_reader_turns_total",
                    "Turns of readers on the event loops.",
                    "Grows with readers times publishes. It explains the CPU that delivery takes."),
            counter(
                    LoopCount.READS,
                    "sluice_log_reads_total",
                    "Reads that readers made.",
                    "Compare with sluice_log_read_misses_total and sluice_log_disk_reads_total."),
            counter(
                    LoopCount.READ_CACHE_MISSES,
                    "sluice_log_read_misses_total",
                    "Reads that no other reader had made at the same moment.",
                    "Near the number of reads: readers are all in different places or have different selections."),
            counter(
                    LoopCount.COLD_READS,
                    "sluice_log_disk_reads_total",
                    "Reads from disk.",
                    "Many: readers start far back, or fall further behind than the events in memory reach (storage.tail_max)."),
            counter(
                    LoopCount.PAUSES,
                    "sluice_write_pauses_total",
                    "Writes that a socket did not take completely: the reader waits for its client.",
                    "Clients or their networks are slower than their channels: a rule for readers that are behind (behind) skips events or ends them."),
            counter(
                    LoopCount.GAPS,
                    "sluice_gaps_total",
                    "Gaps reported to readers: events that they asked for are gone.",
                    "Clients are away for longer than events are kept: keep more (retention), or find out why they are away."));

    private DeliveryMetrics() {}

    private static Metric counter(LoopCount what, String name, String help, String advice) {
        return Metric.counter(
                name, help, advice, reading -> reading.hub().counts().getOrDefault(what, 0L));
    }
}
