package dev.sluice.cluster.raft;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The clock with which a leader stamps proposals. It goes on from the stamps of the leader before, whose clock may
/// differ: the order's time does not jump ahead, which would end idempotency keys early, nor stand still. While it
/// differs from the machine's clock, it runs a quarter faster, or at half speed.
///
/// Methods may be called from any thread.
final class OrderClock {
    /// Clocks that are kept by NTP differ less. Below it, the machine's clock counts.
    static final long TOLERANCE_MS = 1_000;

    private static final int FASTER_BY = 4; // The divisor of a quarter.
    private static final int SLOWER_BY = 2;

    private final InstantSource wall;
    private final LongSupplier elapsedNs;
    private final Offset offset;
    private boolean isSet;

    /// The order's time at [#setAtNs].
    private long timeNs;

    private long setAtNs;
    private long newestMs;

    /// By how much the order's time was ahead of the machine's clock. Kept with the node's folder: while all nodes are
    /// down, only the machine's clock goes on.
    interface Offset {
        /// Milliseconds; 0: none is known.
        long read();

        /// Called when it has changed by more than [#TOLERANCE_MS].
        void write(long ms);
    }

    /// @param elapsedNs as [System#nanoTime]
    OrderClock(InstantSource wall, LongSupplier elapsedNs, Offset offset) {
        this.wall = wall;
        this.elapsedNs = elapsedNs;
        this.offset = offset;
    }

    /// Takes the stamp of a proposal that was placed.
    ///
    /// @param isLive whether another node leads, so that the stamp is new. What a node applies again at its start
    ///               may be old.
    synchronized void placed(long stampMs, boolean isLive) {
        newestMs = Math.max(newestMs, stampMs);
        if (isLive) set(TimeUnit.MILLISECONDS.toNanos(newestMs), elapsedNs.getAsLong());
    }

    /// The order's time, for the next proposal of this leader.
    synchronized long millis() {
        long nowNs = elapsedNs.getAsLong();
        long wallMs = wall.millis();
        if (isSet) {
            long passedNs = nowNs - setAtNs;
            set(slewed(timeNs + passedNs, TimeUnit.MILLISECONDS.toNanos(wallMs), passedNs), nowNs);
        } else {
            set(TimeUnit.MILLISECONDS.toNanos(Math.max(wallMs + offset.read(), newestMs)), nowNs);
        }
        return TimeUnit.NANOSECONDS.toMillis(timeNs);
    }

    private static long slewed(long expectedNs, long wallNs, long passedNs) {
        long aheadNs = wallNs - expectedNs;
        if (Math.abs(aheadNs) <= TimeUnit.MILLISECONDS.toNanos(TOLERANCE_MS)) return wallNs;
        return aheadNs > 0 ? expectedNs + passedNs / FASTER_BY : expectedNs - passedNs / SLOWER_BY;
    }

    private void set(long toNs, long nowNs) {
        timeNs = toNs;
        setAtNs = nowNs;
        isSet = true;
        long nowMs = TimeUnit.NANOSECONDS.toMillis(toNs) - wall.millis();
        if (Math.abs(nowMs - offset.read()) > TOLERANCE_MS) offset.write(nowMs);
    }
}
