package dev.sluice.core.delivery;

/// The clock by which a loop under load writes less often and more at a time: when everybody has had a turn, the next
/// round waits as long as the last one took. What is published meanwhile goes out together, at the price of one
/// write. A loop with little to do has short rounds, and so waits for nothing that anybody could notice.
final class Rounds {
    /// Nobody has to wait longer than this for an event because of others.
    private static final long PAUSE_NS_MAX = 5_000_000;

    /// Below this a timer costs more than it saves.
    private static final long PAUSE_NS_MIN = 200_000;

    private boolean isUnderWay;
    private long begunNs;
    private long pauseEndNs;

    /// How long the next round has still to wait; 0: it is under way, or may begin.
    long pauseNs(long nowNs) {
        return isUnderWay ? 0 : Math.max(0, pauseEndNs - nowNs);
    }

    void begin(long nowNs) {
        if (isUnderWay) return;
        isUnderWay = true;
        begunNs = nowNs;
    }

    /// Everybody has had a turn.
    void end(long nowNs) {
        if (!isUnderWay) return;
        isUnderWay = false;
        long tookNs = nowNs - begunNs;
        pauseEndNs = tookNs < PAUSE_NS_MIN ? nowNs : nowNs + Math.min(tookNs, PAUSE_NS_MAX);
    }
}
