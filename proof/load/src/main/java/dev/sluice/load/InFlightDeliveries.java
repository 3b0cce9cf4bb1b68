package dev.sluice.load;

import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Counts deliveries in flight: expected and completed ones, and wakes a publisher that waits for readers. Without
/// readers, acknowledgements count as deliveries.
final class InFlightDeliveries {
    private final List<Counts> counts;
    private final long pendingMax;
    private final Selector publisher;
    private volatile boolean isWaiting;

    /// The number of deliveries that the published events should cause.
    final AtomicLong expected = new AtomicLong();

    /// Events that the server has acknowledged.
    final AtomicLong acknowledged = new AtomicLong();

    final boolean hasReaders;

    /// @param pendingMax deliveries in flight at which publishing pauses
    InFlightDeliveries(List<Counts> counts, boolean hasReaders, long pendingMax, Selector publisher) {
        this.counts = counts;
        this.hasReaders = hasReaders;
        this.pendingMax = pendingMax;
        this.publisher = publisher;
    }

    long delivered() {
        if (!hasReaders) return acknowledged.get();
        long sum = 0;
        for (var each : counts) sum += each.delivered.get();
        return sum;
    }

    boolean isFull() {
        return expected.get() - delivered() >= pendingMax;
    }

    /// Called by readers after each read with new events.
    void progressed() {
        if (isWaiting && !isFull()) {
            isWaiting = false;
            publisher.wakeup();
        }
    }

    /// Called by the publisher before it waits.
    ///
    /// @return true if it need not wait after all
    boolean beginWaiting() {
        isWaiting = true;
        return !isFull();
    }
}
