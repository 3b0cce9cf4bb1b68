package dev.sluice.server.http;

/// Measures how far a sender is behind a minimum rate. The delay grows while nothing moves, and each byte reduces it,
/// but never below zero: fast bytes earn no time in advance. One thread writes, any thread may read.
public final class TransferRate {
    private static final double NS_PER_SECOND = 1e9;

    private final double nsPerByte;

    /// The time at which a sender at exactly the minimum rate would have made the same progress.
    private volatile long reachedNs;

    public TransferRate(int bytesPerSecond) {
        this.nsPerByte = NS_PER_SECOND / bytesPerSecond;
    }

    /// Starts to measure, with no delay.
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
