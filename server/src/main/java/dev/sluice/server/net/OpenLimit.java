package dev.sluice.server.net;

import java.util.concurrent.atomic.AtomicInteger;

/// The number of streams of HTTP/2 that all connections together may have open. A stream holds about as much as a
/// connection of HTTP/1.1, so there may be as many of the one as of the other. May be used from any thread.
public final class StreamLimit {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();

    public StreamLimit(int max) {
        this.max = max;
    }

    /// Counts a stream that opens.
    ///
    /// @return false if there are as many as there may be; then it is not counted
    public boolean admits() {
        if (open.incrementAndGet() <= max) return true;
        open.decrementAndGet();
        return false;
    }

    /// Called when a stream that was admitted has closed.
    public void onClosed() {
        open.decrementAndGet();
    }

    public int open() {
        return open.get();
    }
}
