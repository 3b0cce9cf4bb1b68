package dev.sluice.lab.client;

import dev.sluice.wire.PayloadFinder;

/// The events that one client has of its channel. Used by the thread of its client; others read the volatile fields.
public final class ReaderState implements PayloadFinder.Taker {
    private final LaneMetrics metrics;
    private final boolean isOrdered;
    private long nowNs;
    private int next;
    private long delivered;
    private volatile long markNs = Long.MAX_VALUE;
    private volatile long afterMarkNs;

    /// @param isOrdered whether one publisher numbers all events, so that repeats show
    public ReaderState(LaneMetrics metrics, boolean isOrdered) {
        this.metrics = metrics;
        this.isOrdered = isOrdered;
    }

    /// The time of the events that are taken next, by the clock of the times in them.
    void arriveAt(long ns) {
        nowNs = ns;
    }

    @Override
    public void take(int lane, int number, int timeUs, boolean isWhole) {
        if (!isWhole) return;
        if (isOrdered && number < next) {
            metrics.repeated();
            return;
        }
        next = number + 1;
        long publishedNs = nowNs - 1_000L * ((int) (nowNs / 1_000) - timeUs);
        metrics.delivered(publishedNs, nowNs);
        delivered++;
        if (publishedNs < markNs) return;
        afterMarkNs = nowNs;
        markNs = Long.MAX_VALUE;
    }

    /// The events that arrived for the first time.
    long delivered() {
        return delivered;
    }

    /// Begins to wait for an event that is published from this time on.
    public void mark(long publishedNs) {
        afterMarkNs = 0;
        markNs = publishedNs;
    }

    /// When the first event after the mark arrived; 0: it has not.
    public long afterMarkNs() {
        return afterMarkNs;
    }
}
