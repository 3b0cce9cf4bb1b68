package dev.sluice.storage.write;

import dev.sluice.core.index.Size;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Work for the writer's thread.
sealed interface WriteTask {
    /// Reports a failure to the caller.
    void fail(RuntimeException reason);

    /// The number of tasks that it counts as among the waiting ones.
    default int count() {
        return 1;
    }

    /// A task with one outcome.
    sealed interface Staged extends WriteTask {
        /// Completes with the outcome.
        CompletableFuture<?> stage();

        @Override
        default void fail(RuntimeException reason) {
            stage().completeExceptionally(reason);
        }
    }

    /// A task that shares a write with others of its kind.
    sealed interface Append extends WriteTask {
        /// The approximate number of bytes to write.
        long bytes();
    }

    /// Appends that were submitted together, each with its own outcome.
    record AppendEach(List<PendingAppend> appends) implements Append {
        @Override
        public long bytes() {
            long bytes = 0;
            for (PendingAppend each : appends) bytes += size(each.publication());
            return bytes;
        }

        @Override
        public int count() {
            return appends.size();
        }

        @Override
        public void fail(RuntimeException reason) {
            for (PendingAppend each : appends) each.fail(reason);
        }
    }

    record AppendAll(List<Publication> publications, CompletableFuture<AppendResult.Batch> stage)
            implements Append, Staged {
        @Override
        public long bytes() {
            long bytes = 0;
            for (Publication each : publications) bytes += size(each);
            return bytes;
        }

        @Override
        public int count() {
            return publications.size();
        }
    }

    record Change<T>(Supplier<T> change, CompletableFuture<T> stage) implements Staged {}

    /// The last task.
    record Close(Runnable last, CompletableFuture<Void> stage) implements Staged {}

    private static long size(Publication publication) {
        return (long) Size.ENTRY_BYTES + publication.draft().dataBytes();
    }
}
