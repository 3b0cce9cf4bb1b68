package dev.sluice.load;

import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// How much is under way: what the readers are owed and what they have got, and the wake-up of a publisher
/// that waits for them. Publishing alone is measured by its answers, as if they were deliveries.
final class Flow {
    private final List<Counts> counts;
    private final long owedMax;
    private final Selector publisher;
    private volatile boolean isWaiting;

    /// Deliveries that published events are worth.
    final AtomicLong owed = new AtomicLong();

    /// Events that the server has said yes to.
    final AtomicLong acknowledged = new AtomicLong();

    final boolean hasReaders;

    /// @param owedMax deliveries that may be open before publishing pauses
    Flow(List<Counts> counts, boolean hasReaders, long owedMax, Selector publisher) {
        this.counts = counts;
        this.hasReaders = hasReaders;
        this.owedMax = owedMax;
        this.publisher = publisher;
    }

    long delivered() {
        if (!hasReaders) return acknowledged.get();
        long sum = 0;
        for (var each : counts) sum += each.delivered.get();
        return sum;
    }

    boolean isFull() {
        return owed.get() - delivered() >= owedMax;
    }

    /// Called by readers, after each read that brought something.
    void progressed() {
        if (isWaiting && !isFull()) {
            isWaiting = false;
            publisher.wakeup();
        }
    }

    /// Called by the publisher before it waits.
    ///
    /// @return whether there is room after all
    boolean beginWaiting() {
        isWaiting = true;
        return !isFull();
    }
}
