package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import org.jspecify.annotations.Nullable;

/// The clock by which a loop under load writes less often and more at a time: when everybody has had a turn, the next
/// round waits as long as the last one took. What is published meanwhile goes out together, at the price of one
/// write. A loop with little to do has short rounds, and so waits for nothing that anybody could notice.
final class Rounds {
    /// Nobody has to wait longer than this for an event because of others.
    private static final long PAUSE_NS_MAX = 50_000_000;

    /// What a pause can save is writes: so it is no longer than about what those of the round cost, however much went
    /// out.
    private static final long PAUSE_NS_PER_WRITE = 5_000;

    /// Below this a timer costs more than it saves.
    private static final long PAUSE_NS_MIN = 200_000;

    /// Publishers that wait for their readers publish all they may when a round is over, and no more until the next. So
    /// a pause in which something came is over as soon as nothing more comes for such a part of it,
    private static final int PARTS = 8;

    /// if the round's writes were this large on average: what waiting saves is much where writes are small.
    private static final int LARGE_BYTES = 2_048;

    private int left;
    private int writes;
    private long bytes;
    private long begunNs;
    private long pauseEndNs;
    private long partNs;
    private boolean isGathering;
    private @Nullable Cursor seen;

    /// Whether somebody still has a turn to come in this round.
    boolean isUnderWay() {
        return left > 0;
    }

    /// How long to wait before asking again; 0: a round is under way, or may begin. To be asked once each time.
    ///
    /// @param head how far the log has grown, for whomever
    long pauseNs(long nowNs, Cursor head) {
        if (isUnderWay() || nowNs >= pauseEndNs) return 0;
        boolean isGrown = !head.equals(seen);
        seen = head;
        if (isGathering && !isGrown) {
            pauseEndNs = nowNs;
            return 0;
        }
        isGathering = isGrown;
        return Math.min(partNs, pauseEndNs - nowNs);
    }

    /// A round for so many: whoever wants another turn, or comes meanwhile, has it in the next.
    void begin(long nowNs, int readers) {
        begunNs = nowNs;
        left = readers;
        writes = 0;
        bytes = 0;
    }

    /// Somebody has a turn.
    void turn() {
        left--;
    }

    /// So much has gone out in one write.
    void wrote(long written) {
        writes++;
        bytes += written;
    }

    /// Everybody has had theirs.
    void end(long nowNs, Cursor head) {
        long pauseNs = Math.min(Math.min(nowNs - begunNs, writes * PAUSE_NS_PER_WRITE), PAUSE_NS_MAX);
        if (pauseNs < PAUSE_NS_MIN) pauseNs = 0;
        pauseEndNs = nowNs + pauseNs;
        boolean isLarge = bytes >= (long) LARGE_BYTES * writes;
        partNs = isLarge ? Math.max(Math.ceilDiv(pauseNs, PARTS), PAUSE_NS_MIN) : pauseNs;
        isGathering = false;
        seen = head;
    }
}
