package dev.sluice.lab.line;

/// The simulated faults of a line. Changes take effect at once, also for open connections.
public final class ProxyFault {
    private volatile boolean isCut;
    private boolean isUnplugged;
    private boolean hasEnded;
    private volatile int bytesPerSecond;
    private volatile boolean isBuffering;

    void cut(boolean is) {
        isCut = is;
    }

    boolean isCut() {
        return isCut;
    }

    synchronized void unplug(boolean is) {
        isUnplugged = is;
        notifyAll();
    }

    /// Limits each connection to this many bytes per second towards its client; 0 for no limit.
    public void slow(int bytes) {
        bytesPerSecond = bytes;
    }

    boolean isSlow() {
        return bytesPerSecond > 0;
    }

    /// Holds back streamed responses until a buffer is full, as proxies with default settings do.
    public void buffer(boolean is) {
        isBuffering = is;
    }

    boolean isBuffering() {
        return isBuffering;
    }

    /// Blocks while the line is unplugged.
    synchronized void pass() throws InterruptedException {
        while (isUnplugged && !hasEnded) wait();
    }

    /// Blocks for as long as a slow line takes for these bytes.
    void pace(int bytes) throws InterruptedException {
        int limit = bytesPerSecond;
        if (limit > 0) Thread.sleep(bytes * 1_000L / limit);
    }

    /// Ends all faults and ignores further ones, because the line is closed.
    synchronized void end() {
        slow(0);
        hasEnded = true;
        notifyAll();
    }
}
