package dev.sluice.storage;

import dev.sluice.core.event.Content;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Publication;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Work for the writer's thread.
sealed interface WriteTask {
    /// Completes with the outcome.
    CompletableFuture<?> stage();

    default void fail(RuntimeException reason) {
        stage().completeExceptionally(reason);
    }

    /// A task that shares a write with others of its kind.
    sealed interface Append extends WriteTask {
        /// Bytes of data to write.
        long bytes();
    }

    record AppendOne(Publication publication, CompletableFuture<Appended> stage) implements Append {
        @Override
        public long bytes() {
            return size(publication);
        }
    }

    record AppendAll(List<Publication> publications, CompletableFuture<Appended.Batch> stage) implements Append {
        @Override
        public long bytes() {
            long bytes = 0;
            for (Publication each : publications) bytes += size(each);
            return bytes;
        }
    }

    record Change<T>(Supplier<T> change, CompletableFuture<T> stage) implements WriteTask {}

    /// The last task.
    record Close(Runnable last, CompletableFuture<Void> stage) implements WriteTask {}

    private static long size(Publication publication) {
        Content content = publication.draft().content();
        return content == null ? 0 : content.bytes().length;
    }
}
