package dev.sluice.core.presence;

import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/// A log that records each batch, and can be made full or slow to acknowledge.
final class BatchRecordingLog extends ForwardingLog {
    record Batch(long atMs, int changes) {}

    final List<Batch> batches = new ArrayList<>();
    boolean isFull;
    boolean isSlow;
    private final List<Runnable> unacknowledged = new ArrayList<>();
    private final LongSupplier clockMs;

    BatchRecordingLog(Log log, LongSupplier clockMs) {
        super(log);
        this.clockMs = clockMs;
    }

    @Override
    public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
        batches.add(new Batch(clockMs.getAsLong(), publications.size()));
        if (isFull) {
            return CompletableFuture.completedStage(
                    new AppendResult.Batch.None(0, new AppendResult.Full("no room here")));
        }
        CompletionStage<AppendResult.Batch> placed = super.appendAll(publications);
        if (!isSlow) return placed;
        CompletableFuture<AppendResult.Batch> delayed = new CompletableFuture<>();
        unacknowledged.add(() -> placed.thenAccept(delayed::complete));
        return delayed;
    }

    void acknowledge() {
        isSlow = false;
        unacknowledged.forEach(Runnable::run);
    }
}
