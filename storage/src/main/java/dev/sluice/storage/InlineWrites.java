package dev.sluice.storage;

import java.util.function.LongSupplier;

/// When a publisher's thread may write to the log by itself: not while the disk is slow, as that thread has other
/// things to do, and not if a sync belongs to each write. A slow write is followed by a time without inline ones, so
/// that they never take more than a twentieth of that thread's time. Used by one thread at a time, [#isNext] by any.
final class InlineWrites {
    /// The longest write, in nanoseconds, that counts as one to the kernel's cache: the disk did not make it wait.
    static final long QUICK_NS = 1_000_000;

    /// The time without inline writes after a slow one, as a multiple of what that took.
    static final long PAUSE = 20;

    /// The longest time without inline writes: a pause of the whole process looks like a slow disk.
    static final long PAUSE_MAX_NS = 60_000_000_000L;

    private final boolean isPermitted;
    private final LongSupplier nowNs;
    private volatile long nextNs;

    /// @param nowNs a clock that never goes back
    InlineWrites(Sync sync, LongSupplier nowNs) {
        isPermitted = sync != Sync.ALWAYS;
        this.nowNs = nowNs;
        nextNs = nowNs.getAsLong();
    }

    /// Whether the next write may be inline.
    boolean isNext() {
        return isPermitted && nowNs.getAsLong() - nextNs >= 0;
    }

    /// Notes what an inline write took.
    void took(long ns) {
        if (ns > QUICK_NS) nextNs = nowNs.getAsLong() + Math.min(PAUSE * Math.min(ns, PAUSE_MAX_NS), PAUSE_MAX_NS);
    }
}
