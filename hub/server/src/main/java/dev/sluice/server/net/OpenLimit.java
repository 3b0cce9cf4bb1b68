package dev.sluice.server.net;

import java.util.concurrent.atomic.AtomicInteger;

/// How many connections, or streams of HTTP/2 on all connections together, may be open. May be used from any thread.
public final class OpenLimit {
    private volatile int max;
    private final AtomicInteger open = new AtomicInteger();

    public OpenLimit(int max) {
        this.max = max;
    }

    /// Counts one that opens.
    ///
    /// @return false if there are as many as there may be; then it is not counted
    public boolean admits() {
        if (open.incrementAndGet() <= max) return true;
        open.decrementAndGet();
        return false;
    }

    /// Called when one that was admitted has closed.
    public void onClosed() {
        open.decrementAndGet();
    }

    /// Changes the maximum; those that are open stay.
    public void limit(int other) {
        max = other;
    }

    public int max() {
        return max;
    }

    public int count() {
        return open.get();
    }
}
