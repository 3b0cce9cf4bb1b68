package dev.sluice.load;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/// The counters of one event loop. Only that loop writes them; other threads may read slightly older values.
final class Counts {
    /// The highest latency that is recorded: one hour.
    private static final long LATENCY_US_MAX = 3_600_000_000L;

    private static final int DIGITS = 3;

    /// Events received for the first time, in or out of order. The following counters are faults.
    final AtomicLong delivered = new AtomicLong();

    final AtomicLong bytes = new AtomicLong();
    final AtomicLong late = new AtomicLong();
    final AtomicLong repeated = new AtomicLong();
    final AtomicLong damaged = new AtomicLong();
    final AtomicLong broken = new AtomicLong();

    /// Readers that reconnected, and readers that have caught up since; the time of the first reconnect and of the
    /// last catch-up, in microseconds.
    final AtomicLong resumed = new AtomicLong();

    final AtomicLong caughtUp = new AtomicLong();

    int firstResumedUs = Integer.MAX_VALUE;
    int lastCaughtUpUs;

    /// Latencies in microseconds of events within the window. Read only after the loop has ended.
    final Histogram latency = new Histogram(1, LATENCY_US_MAX, DIGITS);

    static void add(AtomicLong counter, long more) {
        counter.setRelease(counter.getPlain() + more); // A single writer needs no atomic increment.
    }
}
