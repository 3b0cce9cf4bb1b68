package dev.sluice.core.delivery;

/// The clock by which a loop under load writes less often and more at a time: when everybody has had a turn, the next
/// round waits as long as the last one took. What is published meanwhile goes out together, at the price of one
/// write. A loop with little to do has short rounds, and so waits for nothing that anybody could notice.
final class Rounds {
    /// Nobody has to wait longer than this for an event because of others.
    private static final long PAUSE_NS_MAX = 50_000_000;

    /// What a pause can save is writes: so it is no longer than about what those of the round cost, however much went
    /// out. With a longer one less is delivered where publishers wait for their readers; with a shorter one each
    /// delivery costs more where they don't.
    private static final long PAUSE_NS_PER_WRITE = 4_000;

    /// Below this a timer costs more than it saves.
    private static final long PAUSE_NS_MIN = 200_000;

    private int left;
    private int writes;
    private long begunNs;
    private long pauseEndNs;

    /// Whether somebody still has a turn to come in this round.
    boolean isUnderWay() {
        return left > 0;
    }

    /// How long the next round has still to wait; 0: one is under way, or may begin.
    long pauseNs(long nowNs) {
        return isUnderWay() ? 0 : Math.max(0, pauseEndNs - nowNs);
    }

    /// A round for so many: whoever wants another turn, or comes meanwhile, has it in the next.
    void begin(long nowNs, int readers) {
        begunNs = nowNs;
        left = readers;
        writes = 0;
    }

    /// Somebody has a turn.
    void turn() {
        left--;
    }

    /// Something has gone out.
    void wrote() {
        writes++;
    }

    /// Everybody has had theirs.
    void end(long nowNs) {
        long pauseNs = Math.min(Math.min(nowNs - begunNs, writes * PAUSE_NS_PER_WRITE), PAUSE_NS_MAX);
        pauseEndNs = pauseNs < PAUSE_NS_MIN ? nowNs : nowNs + pauseNs;
    }
}
