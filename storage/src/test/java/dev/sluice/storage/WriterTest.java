package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.Publication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Unexpected failures on the writer's thread.
final class WriterTest {
    @TempDir
    Path folder;

    @Test
    @SuppressWarnings("NullAway") // Null breaks the thread.
    void failsQueuedAndLaterTasksWhenTheThreadFails() {
        Publication broken = null;
        try (RocksLog log = RocksLog.builder(folder).reserveBytes(0).open()) {
            assertThat(log.failure()).isNull();
            List<CompletableFuture<?>> all = List.of(
                    log.append(LogFixture.publication("a", "1")).toCompletableFuture(),
                    log.append(broken).toCompletableFuture(),
                    log.append(LogFixture.publication("a", "2")).toCompletableFuture());
            CompletableFuture<Void> answered = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
            assertThat(answered)
                    .as("nobody waits in vain")
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableOfType(ExecutionException.class);
            assertThat(log.append(LogFixture.publication("a", "3")).toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .withMessageContaining("The log's writer failed");
            assertThat(log.failure()).contains("The log's writer failed");
        }
    }
}
