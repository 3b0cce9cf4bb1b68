package dev.sluice.core.replication;

import dev.sluice.core.index.IndexReader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs reads at once, on the caller's thread.
final class DirectReads implements IndexReader.ReadExecutor {
    @Override
    public <T> CompletionStage<T> submit(Object key, Supplier<@Nullable T> slice) {
        T result = slice.get();
        while (result == null) result = slice.get();
        return CompletableFuture.completedStage(result);
    }
}
