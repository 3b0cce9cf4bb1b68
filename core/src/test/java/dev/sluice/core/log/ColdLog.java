package dev.sluice.core.log;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A log that has what lies before a horizon elsewhere: such reads are answered later, when the test says so.
public final class ColdLog extends ForwardingLog {
    private final Queue<Runnable> pending = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Cursor horizon;

    public ColdLog(Log log) {
        super(log);
    }

    /// From now on, reads from before this place are answered with [Read.Elsewhere].
    public void coolBefore(Cursor place) {
        horizon = place;
    }

    /// How many reads wait for an answer.
    public int pending() {
        return pending.size();
    }

    /// Answers the read that waits longest, as the log is now. False if none waits.
    public boolean answer() {
        Runnable first = pending.poll();
        if (first == null) return false;
        first.run();
        return true;
    }

    /// Fails the read that waits longest.
    public void fail(RuntimeException reason) {
        failure = reason;
        try {
            answer();
        } finally {
            failure = null;
        }
    }

    private @Nullable RuntimeException failure;

    @Override
    public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        Cursor cold = horizon;
        if (cold == null || !place.cursor().isBefore(cold)) {
            return super.read(place, selection, filter, entriesMax, bytesMax);
        }
        CompletableFuture<Read> later = new CompletableFuture<>();
        pending.add(() -> {
            RuntimeException reason = failure;
            if (reason != null) later.completeExceptionally(reason);
            else later.complete(super.read(place, selection, filter, entriesMax, bytesMax));
        });
        return new Read.Elsewhere(later);
    }
}
