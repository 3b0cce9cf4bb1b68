package dev.sluice.pusher;

/// The rate at which a socket may do something. For one thread at a time.
final class Bucket {
    private final int perSecond;
    private final int burst;
    private double tokens;
    private long filledNs = System.nanoTime();

    Bucket(int perSecond, int burst) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
    }

    /// @return false if the socket is too fast
    boolean take() {
        long nowNs = System.nanoTime();
        tokens = Math.min(burst, tokens + (nowNs - filledNs) * 1e-9 * perSecond);
        filledNs = nowNs;
        if (tokens < 1) return false;
        tokens--;
        return true;
    }
}
