package dev.sluice.server.net;

import java.util.concurrent.atomic.AtomicInteger;

/// Limits the number of open connections, or of open HTTP/2 streams on all connections together. May be used
/// from any thread.
public final class OpenLimit {
    private volatile int max;
    private final AtomicInteger open = new AtomicInteger();

    public OpenLimit(int max) {
        this.max = max;
    }

    /// Counts a connection or stream that opens.
    ///
    /// @return false if the maximum is reached; then it is not counted
    public boolean admits() {
        if (open.incrementAndGet() <= max) return true;
        open.decrementAndGet();
        return false;
    }

    /// Called when an admitted connection or stream has closed.
    public void onClosed() {
        open.decrementAndGet();
    }

    /// Changes the maximum. Open connections and streams stay open.
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
