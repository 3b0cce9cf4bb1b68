package dev.sluice.lab.client;

import dev.sluice.wire.PayloadFinder;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The state of one client in its channel: its cursor, and the events that it has. Used by the thread of its client;
/// others read the volatile fields.
public final class ReaderState {
    private final LaneMetrics metrics;
    private final LongSupplier clockNs;
    private final boolean isOrdered;
    private final PayloadFinder payloads = new PayloadFinder(PayloadFinder.ANY_SIZE, this::arrived);
    private @Nullable String cursor;
    private long retryMs = -1;
    private long nowNs;
    private int next;
    private boolean isReady;
    private long delivered;
    private volatile long markNs = Long.MAX_VALUE;
    private volatile long afterMarkNs;

    /// @param clockNs   of the times in events
    /// @param isOrdered whether one publisher numbers all events, so that holes and repeats show
    public ReaderState(LaneMetrics metrics, LongSupplier clockNs, boolean isOrdered) {
        this.metrics = metrics;
        this.clockNs = clockNs;
        this.isOrdered = isOrdered;
    }

    LaneMetrics metrics() {
        return metrics;
    }

    /// The cursor to go on from; null: none yet.
    @Nullable
    String cursor() {
        return cursor;
    }

    void cursor(String reached) {
        cursor = reached;
    }

    /// The pause before the next connection that the hub asked for; -1: none.
    long retryMs() {
        return retryMs;
    }

    void retryMs(long milliseconds) {
        retryMs = milliseconds;
    }

    /// Called when the hub has accepted the subscription: from now on nothing is missed.
    void ready() {
        if (isReady) return;
        isReady = true;
        metrics.clientReady();
    }

    boolean isReady() {
        return isReady;
    }

    /// Looks for events in these bytes, which have arrived now.
    void take(byte[] bytes, int from, int to, long nowNs) {
        this.nowNs = nowNs;
        payloads.findAll(Arrays.copyOfRange(bytes, from, to));
    }

    private void arrived(int lane, int number, int timeUs, boolean isWhole) {
        if (!isWhole) return;
        long publishedNs = nowNs - 1_000L * ((int) (nowNs / 1_000) - timeUs);
        if (isOrdered && number < next) {
            metrics.repeated();
            return;
        }
        if (isOrdered && number > next) metrics.missed(number - next);
        next = number + 1;
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

    long nowNs() {
        return clockNs.getAsLong();
    }
}
