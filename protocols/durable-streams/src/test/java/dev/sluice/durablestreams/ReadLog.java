package dev.sluice.durablestreams;

import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.ResolvedCursor;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A log that tells from which cursors it was read.
final class ReadLog extends ForwardingLog {
    private static final int PATIENCE_SECONDS = 20;

    private final Map<String, CompletableFuture<Boolean>> reads = new ConcurrentHashMap<>();

    ReadLog(Log log) {
        super(log);
    }

    @Override
    public CompletionStage<ResolvedCursor> resolve(String cursor) {
        read(cursor).complete(true);
        return super.resolve(cursor);
    }

    /// Waits until a reader continues after this cursor.
    void awaitRead(String cursor) throws Exception {
        read(cursor).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Boolean> read(String cursor) {
        return reads.computeIfAbsent(cursor, _ -> new CompletableFuture<>());
    }
}
