package dev.sluice.server.http;

/// How far a sender is behind a rate. It is behind for as long as nothing moves; each byte makes up for some of that,
/// and nothing is banked: bytes that come early give no time for later. One thread writes, any thread may read.
public final class Progress {
    private static final double NS_PER_SECOND = 1e9;

    private final double nsPerByte;

    /// The time at which a sender at exactly the rate would have been where this one is.
    private volatile long reachedNs;

    public Progress(int bytesPerSecond) {
        this.nsPerByte = NS_PER_SECOND / bytesPerSecond;
    }

    /// Starts anew, with nothing behind.
    public void begin(long nowNs) {
        reachedNs = nowNs;
    }

    public void moved(long bytes, long nowNs) {
        long reached = reachedNs + (long) (bytes * nsPerByte);
        reachedNs = reached - nowNs > 0 ? nowNs : reached;
    }

    public long behindNs(long nowNs) {
        return nowNs - reachedNs;
    }
}
