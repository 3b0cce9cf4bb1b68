package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.memory.MemoryLog;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A log in memory that has a fault while a test wants it.
public final class FailingLog extends ForwardingLog {
    public enum Fault {
        FULL,
        WRITE,
        READ,
        DELETE
    }

    private volatile @Nullable Fault fault;

    public FailingLog() {
        super(MemoryLog.builder(InstantSource.system()).open());
    }

    /// @param fault null for none
    public void fail(@Nullable Fault fault) {
        this.fault = fault;
    }

    @Override
    public CompletionStage<AppendResult> append(Publication publication) {
        return switch (fault) {
            case WRITE -> failed();
            case FULL -> CompletableFuture.completedStage(full());
            case null, default -> super.append(publication);
        };
    }

    @Override
    public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
        return switch (fault) {
            case WRITE -> failed();
            case FULL -> CompletableFuture.completedStage(new AppendResult.Batch.None(0, full()));
            case null, default -> super.appendAll(publications);
        };
    }

    @Override
    public CompletionStage<ReadCursor> locate(Start start, Selection selection, Filter filter) {
        return fault == Fault.READ ? failed() : super.locate(start, selection, filter);
    }

    @Override
    public CompletionStage<ResolvedCursor> resolve(String cursor) {
        return fault == Fault.READ ? failed() : super.resolve(cursor);
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return fault == Fault.DELETE ? failed() : super.delete(channel);
    }

    private static AppendResult full() {
        return new AppendResult.Full("The disk is full.");
    }

    private static <T> CompletionStage<T> failed() {
        return CompletableFuture.failedStage(new IllegalStateException("Input/output error"));
    }
}
