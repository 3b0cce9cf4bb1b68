package dev.sluice.lab.line;

/// The fault of a line, on purpose. Changes hold at once, also for open connections.
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

    /// Lets each connection pass so many bytes per second to its client; 0: as many as it takes.
    public void slow(int bytes) {
        bytesPerSecond = bytes;
    }

    boolean isSlow() {
        return bytesPerSecond > 0;
    }

    /// Holds back streamed answers until a buffer is full, as proxies in their default settings do.
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

    /// Blocks for as long as a slow line needs for these bytes.
    void pace(int bytes) throws InterruptedException {
        int limit = bytesPerSecond;
        if (limit > 0) Thread.sleep(bytes * 1_000L / limit);
    }

    /// Lets everything pass from now on, whatever fault is asked for: the line is closed.
    synchronized void end() {
        slow(0);
        hasEnded = true;
        notifyAll();
    }
}
