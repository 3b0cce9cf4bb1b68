package dev.sluice.core.index;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.SearchLimit;
import dev.sluice.core.log.SearchRejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/// Readers whose cursor is ahead of the head. A reader that cancels its stage is removed.
public final class Waiters {
    private final int max;
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>();

    /// The lowest position waited for, so that an append without waiters costs one comparison.
    private volatile long nearest = Long.MAX_VALUE;

    private record Waiter(Cursor cursor, CompletableFuture<ResolvedCursor> stage) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            return cursor.compareTo(other.cursor);
        }
    }

    Waiters(int max) {
        this.max = max;
    }

    /// Adds a waiter. Call [#reached] with the head afterwards, because the head may have moved before.
    CompletableFuture<ResolvedCursor> await(Cursor cursor) {
        CompletableFuture<ResolvedCursor> stage = new CompletableFuture<>();
        Waiter waiter = new Waiter(cursor, stage);
        synchronized (this) {
            if (waiters.size() >= max) {
                stage.completeExceptionally(new SearchRejectedException(
                        SearchLimit.TOO_MANY,
                        max + " readers already wait for the log to reach their cursors, the maximum"
                                + " (memory.waiters_max): try again later"));
                return stage;
            }
            waiters.add(waiter);
            updateNearest();
        }
        stage.whenComplete((resolved, failure) -> {
            if (failure != null) remove(waiter);
        });
        return stage;
    }

    private synchronized void remove(Waiter waiter) {
        waiters.remove(waiter);
        updateNearest();
    }

    /// Completes the waiters that the head has reached.
    void reached(Cursor head) {
        if (nearest > head.position()) return;
        List<Waiter> done = new ArrayList<>();
        synchronized (this) {
            while (!waiters.isEmpty() && !head.isBefore(waiters.peek().cursor())) done.add(waiters.poll());
            updateNearest();
        }
        for (Waiter waiter : done) waiter.stage.complete(new ResolvedCursor.At(waiter.cursor));
    }

    /// Fails all waiters.
    void fail(RuntimeException reason) {
        List<Waiter> all;
        synchronized (this) {
            all = List.copyOf(waiters);
            waiters.clear();
            updateNearest();
        }
        for (Waiter waiter : all) waiter.stage.completeExceptionally(reason);
    }

    private void updateNearest() {
        Waiter first = waiters.peek();
        nearest = first == null ? Long.MAX_VALUE : first.cursor.position();
    }
}
