package dev.sluice.core.delivery.schedule;

import dev.sluice.core.cursor.Cursor;
import org.jspecify.annotations.Nullable;

/// Batches the writes of a loop under load: after every reader has had its turn, the next round waits as long as
/// the last one took. Events published in that time go out in one write. A loop with little to do has short rounds,
/// and so pauses too short to notice.
public final class PacingPolicy {
    /// The maximum time that an event waits because of other readers.
    private static final long PAUSE_NS_MAX = 50_000_000;

    /// A pause saves writes, so it lasts no longer than the writes of the round cost: about this much each,
    /// however many bytes.
    private static final long PAUSE_NS_PER_WRITE = 5_000;

    /// Below this a timer costs more than the pause saves.
    private static final long PAUSE_NS_MIN = 200_000;

    /// A pause during which the log grew ends early, as soon as the log does not grow for this fraction of the
    /// pause: publishers that wait for their readers publish all that they may when a round ends, and nothing
    /// more until the next round ends. Only after rounds with large writes, see [#LARGE_BYTES].
    private static final int SLICES = 8;

    /// The average size of the writes of a round from which on its pause may end early: waiting saves most when
    /// writes are small.
    private static final int LARGE_BYTES = 2_048;

    private int turnsLeft;
    private int writes;
    private long bytes;
    private long roundStartNs;
    private long pauseEndNs;
    private long sliceNs;
    private boolean isGrowing;
    private @Nullable Cursor lastHead;

    public PacingPolicy() {}

    /// Whether readers still have a turn to come in this round.
    public boolean isRoundActive() {
        return turnsLeft > 0;
    }

    /// How long to wait before calling this again; 0 if a round is active or may begin. Call it once per wait.
    ///
    /// @param head the head of the log
    public long pauseNs(long nowNs, Cursor head) {
        if (isRoundActive() || nowNs >= pauseEndNs) return 0;
        boolean hasGrown = !head.equals(lastHead);
        lastHead = head;
        if (isGrowing && !hasGrown) {
            pauseEndNs = nowNs;
            return 0;
        }
        isGrowing = hasGrown;
        return Math.min(sliceNs, pauseEndNs - nowNs);
    }

    /// Begins a round with one turn for each of `readers`. A reader that becomes ready during the round waits for
    /// the next one.
    public void beginRound(long nowNs, int readers) {
        roundStartNs = nowNs;
        turnsLeft = readers;
        writes = 0;
        bytes = 0;
    }

    /// Counts the turn of a reader.
    public void countTurn() {
        turnsLeft--;
    }

    /// Counts one write.
    public void recordWrite(long written) {
        writes++;
        bytes += written;
    }

    /// Ends the round: all readers have had their turn.
    public void endRound(long nowNs, Cursor head) {
        long pauseNs = Math.min(Math.min(nowNs - roundStartNs, writes * PAUSE_NS_PER_WRITE), PAUSE_NS_MAX);
        if (pauseNs < PAUSE_NS_MIN) pauseNs = 0;
        pauseEndNs = nowNs + pauseNs;
        boolean isLarge = bytes >= (long) LARGE_BYTES * writes;
        sliceNs = isLarge ? Math.max(Math.ceilDiv(pauseNs, SLICES), PAUSE_NS_MIN) : pauseNs;
        isGrowing = false;
        lastHead = head;
    }
}
