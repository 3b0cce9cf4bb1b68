package dev.sluice.core.store;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Resolved;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/// Readers whose cursor lies ahead of the head. A stage that its reader gave up is dropped.
public final class Waiters {
    private final int max;
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>();

    /// So that an append with nobody waiting costs one look.
    private volatile long nearest = Long.MAX_VALUE;

    private record Waiter(Cursor cursor, CompletableFuture<Resolved> stage) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            return cursor.compareTo(other.cursor);
        }
    }

    Waiters(int max) {
        this.max = max;
    }

    /// To be followed by a call of [#reached] with the head: it may have moved meanwhile.
    CompletableFuture<Resolved> await(Cursor cursor) {
        CompletableFuture<Resolved> stage = new CompletableFuture<>();
        Waiter waiter = new Waiter(cursor, stage);
        synchronized (this) {
            if (waiters.size() >= max) {
                stage.completeExceptionally(new IllegalStateException(
                        max + " readers already wait for the log to reach their cursors: try again later"));
                return stage;
            }
            waiters.add(waiter);
            look();
        }
        stage.whenComplete((resolved, failure) -> {
            if (failure != null) forget(waiter);
        });
        return stage;
    }

    private synchronized void forget(Waiter waiter) {
        waiters.remove(waiter);
        look();
    }

    /// The head has come to a place.
    void reached(Cursor head) {
        if (nearest > head.position()) return;
        List<Waiter> done = new ArrayList<>();
        synchronized (this) {
            while (!waiters.isEmpty() && !head.isBefore(waiters.peek().cursor())) done.add(waiters.poll());
            look();
        }
        for (Waiter waiter : done) waiter.stage.complete(new Resolved.At(waiter.cursor));
    }

    /// Nothing more will come.
    void fail(RuntimeException reason) {
        List<Waiter> all;
        synchronized (this) {
            all = List.copyOf(waiters);
            waiters.clear();
            look();
        }
        for (Waiter waiter : all) waiter.stage.completeExceptionally(reason);
    }

    synchronized int count() {
        return waiters.size();
    }

    private void look() {
        Waiter first = waiters.peek();
        nearest = first == null ? Long.MAX_VALUE : first.cursor.position();
    }
}
