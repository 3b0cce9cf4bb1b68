package dev.sluice.server.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A token bucket in one number: the time at which it will be full again (the generic cell rate algorithm,
/// ITU-T I.371). It fills without a timer, and event loops share it by a compare-and-set.
///
/// A bucket with at least one token gives any amount and may then be in debt. Therefore an item larger than the
/// bucket, such as a long body, is possible, and the rate still holds.
final class TokenBucket implements ClientTable.Buckets {
    /// The maximum debt, so that no amount overflows the clock.
    private static final long DEBT_NS_MAX = TimeUnit.HOURS.toNanos(1);

    private final RateLimit limit;
    private final AtomicLong fullAtNs;

    TokenBucket(RateLimit limit, long nowNs) {
        this.limit = limit;
        this.fullAtNs = new AtomicLong(nowNs);
    }

    /// Takes tokens, unless the bucket is empty.
    ///
    /// @return 0 if they were taken, otherwise the nanoseconds until a token is available
    long take(long tokens, long nowNs) {
        if (!limit.isSet()) return 0;
        while (true) {
            long before = fullAtNs.get();
            long start = latest(before, nowNs);
            long waitNs = start - nowNs + limit.nanos(1) - limit.burst().toNanos();
            // A rate of less than one token per burst time still gives one.
            if (waitNs > 0 && start != nowNs) return waitNs;
            if (fullAtNs.compareAndSet(before, without(tokens, start, nowNs))) return 0;
        }
    }

    /// Takes tokens in any case.
    ///
    /// @return the nanoseconds until the debt is paid; 0 without a debt
    long charge(long tokens, long nowNs) {
        if (!limit.isSet()) return 0;
        long fullAt = fullAtNs.updateAndGet(before -> without(tokens, latest(before, nowNs), nowNs));
        return Math.max(0, fullAt - nowNs - limit.burst().toNanos());
    }

    /// Returns tokens that were taken and not used.
    void giveBack(long tokens) {
        if (limit.isSet()) fullAtNs.addAndGet(-limit.nanos(tokens));
    }

    @Override
    public boolean isFull(long nowNs) {
        return fullAtNs.get() - nowNs <= 0;
    }

    /// The time at which a bucket that is full at `startNs` will be full again after these tokens are taken.
    private long without(long tokens, long startNs, long nowNs) {
        long ns = startNs - nowNs + Math.min(limit.nanos(tokens), DEBT_NS_MAX);
        return nowNs + Math.min(ns, limit.burst().toNanos() + DEBT_NS_MAX);
    }

    private static long latest(long oneNs, long otherNs) {
        return oneNs - otherNs > 0 ? oneNs : otherNs;
    }
}
