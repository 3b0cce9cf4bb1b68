package dev.sluice.core.log;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A log whose reads before a horizon are pending until the test completes them.
public final class ColdLog extends ForwardingLog {
    private final Queue<Runnable> pending = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Cursor horizon;

    public ColdLog(Log log) {
        super(log);
    }

    /// Makes later reads from before this cursor return [Read.Pending].
    public void coolBefore(Cursor place) {
        horizon = place;
    }

    /// The number of pending reads.
    public int pending() {
        return pending.size();
    }

    /// Completes the oldest pending read with the current state of the log.
    ///
    /// @return false if none is pending
    public boolean answer() {
        Runnable first = pending.poll();
        if (first == null) return false;
        first.run();
        return true;
    }

    /// Fails the oldest pending read.
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
    public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
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
        return new Read.Pending(later);
    }
}
