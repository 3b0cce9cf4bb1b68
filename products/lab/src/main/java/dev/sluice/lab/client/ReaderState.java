package dev.sluice.lab.client;

import dev.sluice.wire.PayloadFinder;

/// The events that one client has received. Written by the client's thread; other threads read the volatile
/// fields.
public final class ReaderState implements PayloadFinder.Taker {
    private final LaneMetrics metrics;
    private final boolean isOrdered;
    private long nowNs;
    private int next;
    private long delivered;
    private volatile long markNs = Long.MAX_VALUE;
    private volatile long afterMarkNs;

    /// @param isOrdered whether a single publisher numbers all events, so that repeated events can be
    ///                  detected
    public ReaderState(LaneMetrics metrics, boolean isOrdered) {
        this.metrics = metrics;
        this.isOrdered = isOrdered;
    }

    /// Sets the arrival time of the events taken next, on the clock from which events take their times.
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

    /// Returns the number of events that arrived for the first time.
    long delivered() {
        return delivered;
    }

    /// Starts waiting for the first event published at or after this time.
    public void mark(long publishedNs) {
        afterMarkNs = 0;
        markNs = publishedNs;
    }

    /// Returns when the first event after the mark arrived, or 0 if it has not arrived yet.
    public long afterMarkNs() {
        return afterMarkNs;
    }
}
