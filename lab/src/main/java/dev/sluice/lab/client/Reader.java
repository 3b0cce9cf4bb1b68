package dev.sluice.lab.client;

import org.jspecify.annotations.Nullable;

/// The state of one client in its channel: its cursor, and the events that it has. Used by the thread of its client;
/// others read the volatile fields.
public final class Reader {
    private final Tally tally;
    private final int size;
    private final boolean isOrdered;
    private @Nullable String cursor;
    private long retryMs = -1;
    private long next;
    private boolean isReady;
    private long delivered;
    private volatile long markNs = Long.MAX_VALUE;
    private volatile long afterMarkNs;

    /// @param size      of the events' data
    /// @param isOrdered whether one publisher numbers all events, so that holes and repeats show
    public Reader(Tally tally, int size, boolean isOrdered) {
        this.tally = tally;
        this.size = size;
        this.isOrdered = isOrdered;
    }

    Tally tally() {
        return tally;
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
        tally.clientReady();
    }

    boolean isReady() {
        return isReady;
    }

    /// Looks for events in these bytes, which have arrived now.
    void take(byte[] bytes, int from, int to, long nowNs) {
        Payload.find(bytes, from, to, size, this, nowNs);
    }

    void arrived(long number, long publishedNs, long nowNs) {
        if (isOrdered && number < next) {
            tally.repeated();
            return;
        }
        if (isOrdered && number > next) tally.missed(number - next);
        next = number + 1;
        tally.delivered(publishedNs, nowNs);
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

    static long nowNs() {
        return System.nanoTime();
    }
}
