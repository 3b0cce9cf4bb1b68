package dev.sluice.core.delivery;

/// The clock by which a loop under load writes less often and more at a time: when everybody has had a turn, the next
/// round waits as long as the last one took. What is published meanwhile goes out together, at the price of one
/// write. A loop with little to do has short rounds, and so waits for nothing that anybody could notice.
final class Rounds {
    /// Nobody has to wait longer than this for an event because of others.
    private static final long PAUSE_NS_MAX = 50_000_000;

    /// What a pause can save is writes: so it is no longer than those of the round cost at most, however much went out.
    private static final long PAUSE_NS_PER_TURN = 5_000;

    /// Below this a timer costs more than it saves.
    private static final long PAUSE_NS_MIN = 200_000;

    private int turns;
    private int left;
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
        turns = readers;
        left = readers;
    }

    /// Somebody has a turn.
    void turn() {
        left--;
    }

    /// Everybody has had theirs.
    void end(long nowNs) {
        long pauseNs = Math.min(Math.min(nowNs - begunNs, turns * PAUSE_NS_PER_TURN), PAUSE_NS_MAX);
        pauseEndNs = pauseNs < PAUSE_NS_MIN ? nowNs : nowNs + pauseNs;
    }
}
