package dev.sluice.core.delivery.metrics;

import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.metrics.Counters;
import dev.sluice.core.metrics.Histogram;
import dev.sluice.core.metrics.LoopCount;

/// The counts of one event loop. During a task it adds to plain fields; at its end these are added to the counts
/// that other threads read: a turn costs a few additions.
public final class LoopMetrics {
    private final Counters<LoopCount> counts = new Counters<>(LoopCount.class);
    /// Bounds in milliseconds: the time of an event has no finer unit.
    private final Histogram latency =
            new Histogram(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000);

    private final Counters<EndCode> ends = new Counters<>(EndCode.class);

    // Counts since the end of the last task. A poll that arrives outside a task counts in the next one.
    public int turns;
    public int reads;
    public int readCacheMisses;
    public int coldReads;
    public int encodes;
    public int batches;
    public int events;
    public long bytes;

    public LoopMetrics() {}

    /// Adds what the task has counted.
    public void endTask() {
        counts.add(LoopCount.TURNS, turns);
        counts.add(LoopCount.READS, reads);
        counts.add(LoopCount.READ_CACHE_MISSES, readCacheMisses);
        counts.add(LoopCount.COLD_READS, coldReads);
        counts.add(LoopCount.ENCODES, encodes);
        counts.add(LoopCount.BATCHES, batches);
        counts.add(LoopCount.EVENTS_DELIVERED, events);
        counts.add(LoopCount.BYTES_DELIVERED, bytes);
        turns = reads = readCacheMisses = coldReads = encodes = batches = events = 0;
        bytes = 0;
    }

    /// Counts a rare occurrence.
    public void count(LoopCount what) {
        counts.add(what, 1);
    }

    public void count(EndCode reason) {
        ends.add(reason, 1);
    }

    /// Milliseconds from the publish of an event to its write, of the first event of each write.
    public Histogram latency() {
        return latency;
    }

    public Counters<LoopCount> counts() {
        return counts;
    }

    public Counters<EndCode> ends() {
        return ends;
    }
}
