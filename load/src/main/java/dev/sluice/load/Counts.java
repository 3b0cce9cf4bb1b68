package dev.sluice.load;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/// What one event loop has counted. It alone writes; others read a little later.
final class Counts {
    /// A reader that waits longer has waited for ever.
    private static final long LATENCY_US_MAX = 3_600_000_000L;

    private static final int DIGITS = 3;

    /// Events that came for the first time, whenever; all the others are faults.
    final AtomicLong delivered = new AtomicLong();

    final AtomicLong bytes = new AtomicLong();
    final AtomicLong late = new AtomicLong();
    final AtomicLong repeated = new AtomicLong();
    final AtomicLong damaged = new AtomicLong();
    final AtomicLong broken = new AtomicLong();

    /// Readers that came back, and when the first did, and when the last of them had what was published since.
    final AtomicLong resumed = new AtomicLong();

    final AtomicLong caughtUp = new AtomicLong();

    int firstBackUs = Integer.MAX_VALUE;
    int lastCaughtUpUs;

    /// Latencies in microseconds, of events that count for the window; read only when the loop has ended.
    final Histogram latency = new Histogram(1, LATENCY_US_MAX, DIGITS);

    static void add(AtomicLong counter, long more) {
        counter.setRelease(counter.getPlain() + more); // One writer: no need to lock the bus.
    }
}
