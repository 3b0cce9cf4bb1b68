package dev.sluice.cluster.raft;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The clock with which a leader stamps proposals. It continues from the stamps of the former leader, whose
/// clock may differ: the order's time neither jumps ahead, which would expire idempotency keys early, nor
/// stands still. While it is behind the machine's clock, it runs a quarter faster; while it is ahead, at half
/// speed.
///
/// Methods may be called from any thread.
final class OrderClock {
    /// Clocks synchronized by NTP differ by less. Below this difference, the machine's clock counts.
    static final long TOLERANCE_MS = 1_000;

    private static final int FASTER_BY = 4; // A quarter, as a divisor.
    private static final int SLOWER_BY = 2;

    /// The interval between the leader's messages that are remembered. More often, no entry would be new under load.
    private static final long HEARD_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /// The maximum age of an entry that counts as new.
    private static final long NEW_NS = 4 * HEARD_NS;

    private final InstantSource wall;
    private final LongSupplier elapsedNs;
    private final Offset offset;
    private boolean isSet;

    /// The order's time at [#setAtNs].
    private long timeNs;

    private long setAtNs;
    private long newestMs;

    private volatile Heard heard = Heard.NOTHING;

    /// Two commit indexes that the leader reported, [#HEARD_NS] apart or more.
    ///
    /// @param before    the index up to which it had committed at the first one
    /// @param committed the same at the second one
    private record Heard(long before, long beforeNs, long committed, long atNs) {
        static final Heard NOTHING = new Heard(Long.MAX_VALUE, 0, Long.MAX_VALUE, 0);
    }

    /// Stores the amount by which the order's time was ahead of the machine's clock. It is kept in the node's
    /// folder, because only the machine's clock advances while all nodes are down.
    interface Offset {
        /// The amount in milliseconds; 0 if none is known.
        long read();

        /// Called when the amount has changed by more than [#TOLERANCE_MS].
        void write(long ms);
    }

    /// @param elapsedNs the time, like [System#nanoTime]
    OrderClock(InstantSource wall, LongSupplier elapsedNs, Offset offset) {
        this.wall = wall;
        this.elapsedNs = elapsedNs;
        this.offset = offset;
    }

    /// Takes the stamp of a placed proposal.
    ///
    /// @param isLive whether another node leads and has just placed it, so that the stamp is new. Entries of former
    ///               leaders may be old: all nodes may have been down since.
    synchronized void placed(long stampMs, boolean isLive) {
        newestMs = Math.max(newestMs, stampMs);
        if (isLive) set(TimeUnit.MILLISECONDS.toNanos(newestMs), elapsedNs.getAsLong());
    }

    /// Called for each message of the leader, several times a second. Does not wait for the disk.
    ///
    /// @param committed the index up to which it had committed
    void heard(long committed) {
        long nowNs = elapsedNs.getAsLong();
        Heard last = heard;
        if (last.equals(Heard.NOTHING) || nowNs - last.atNs >= HEARD_NS)
            heard = new Heard(last.committed, last.atNs, committed, nowNs);
    }

    /// Returns true if the leader had not committed an entry a moment ago. Entries that this node lacks after it was
    /// away, or applies late, are older: their stamps say nothing about the order's time now.
    boolean isNew(long index) {
        Heard last = heard;
        return index > last.before && elapsedNs.getAsLong() - last.beforeNs <= NEW_NS;
    }

    /// The order's time, for the next proposal of this leader.
    synchronized long millis() {
        long nowNs = elapsedNs.getAsLong();
        long wallMs = wall.millis();
        if (isSet) {
            long passedNs = nowNs - setAtNs;
            long expectedNs = Math.max(timeNs + passedNs, TimeUnit.MILLISECONDS.toNanos(newestMs));
            set(slewed(expectedNs, TimeUnit.MILLISECONDS.toNanos(wallMs), passedNs), nowNs);
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
