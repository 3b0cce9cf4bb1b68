package dev.sluice.pusher;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Limits the subscriptions of all sockets of a node together. May be used from any thread.
final class SubscriptionLimit {
    private final LongSupplier max;
    private final AtomicLong open = new AtomicLong();

    /// @param max known after the hub's start
    SubscriptionLimit(LongSupplier max) {
        this.max = max;
    }

    /// @return false if there would be more than there may be
    boolean tryTake(int count) {
        if (open.addAndGet(count) <= max.getAsLong()) return true;
        giveBack(count);
        return false;
    }

    void giveBack(int count) {
        open.addAndGet(-count);
    }
}
