package dev.sluice.core.delivery;

import dev.sluice.core.delivery.schedule.SlicedTask;
import dev.sluice.core.delivery.stream.EndReason;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// Ends readers of one event loop, such as those whose grants are revoked.
final class Revocation implements SlicedTask {
    /// Ending a reader costs as much as examining this many: a last frame takes some µs.
    private static final int END_STEPS = 16;

    private final Dispatcher loop;
    private final ReaderTraversal walk;
    private final Predicate<Reader> isMeant;
    private final EndReason.Dismissal reason;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private int count;

    Revocation(Dispatcher loop, ReaderTraversal walk, Predicate<Reader> isMeant, EndReason.Dismissal reason) {
        this.loop = loop;
        this.walk = walk;
        this.isMeant = isMeant;
        this.reason = reason;
    }

    /// Completes with the number of readers ended once all were examined; fails if the predicate throws.
    CompletableFuture<Integer> ended() {
        return ended;
    }

    @Override
    public boolean run() {
        try {
            for (int steps = 0; steps < STEPS_MAX; ) {
                Reader reader = walk.next();
                if (reader == null) {
                    ended.complete(count);
                    return true;
                }
                steps += examine(reader);
            }
            return false;
        } catch (RuntimeException failure) {
            ended.completeExceptionally(failure);
            return true;
        }
    }

    /// @return the cost in steps
    private int examine(Reader reader) {
        if (reader.isOver() || !isMeant.test(reader)) return 1;
        int subscriptions = reader instanceof Session session ? session.subscriptions() : 0;
        loop.dismiss(reader, reason);
        count++;
        return END_STEPS + subscriptions;
    }
}
