package dev.sluice.storage;

import java.util.function.LongSupplier;

/// When a publisher's thread may write to the log by itself: not if a sync belongs to each write, and not while
/// the disk is slow, as that thread has other things to do. Slow writes take at most a twentieth of its time, each
/// being paid for with twenty times as long, up to a minute. Some may be owed: a few slow writes do not make a slow
/// disk, as a thread also loses its core to another one, or to the collector. Used by one thread at a time,
/// [#isNext] by any.
final class InlineWrites {
    /// The longest write, in nanoseconds, that counts as one to the kernel's cache: the disk did not make it wait.
    static final long QUICK_NS = 1_000_000;

    /// The time that pays for a slow write, as a multiple of what that took.
    static final long PRICE = 20;

    /// The most that may be owed while writes are inline: slow ones that took 50 ms in all.
    static final long CREDIT_NS = 1_000_000_000L;

    /// The longest time without inline writes: a pause of the whole process looks like a slow disk.
    static final long PAUSE_MAX_NS = 60_000_000_000L;

    private final boolean isPermitted;
    private final LongSupplier nowNs;

    /// When all slow writes so far are paid for.
    private volatile long paidNs;

    /// @param nowNs a clock that never goes back
    InlineWrites(Sync sync, LongSupplier nowNs) {
        isPermitted = sync != Sync.ALWAYS;
        this.nowNs = nowNs;
        paidNs = nowNs.getAsLong();
    }

    /// Whether the next write may be inline.
    boolean isNext() {
        return isPermitted && paidNs - nowNs.getAsLong() <= CREDIT_NS;
    }

    /// Notes what an inline write took.
    void took(long ns) {
        if (ns <= QUICK_NS) return;
        long now = nowNs.getAsLong();
        long owed = Math.max(0, paidNs - now) + PRICE * Math.min(ns, PAUSE_MAX_NS);
        paidNs = now + Math.min(owed, CREDIT_NS + PAUSE_MAX_NS);
    }
}
