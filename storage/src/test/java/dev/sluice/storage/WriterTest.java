package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.Publication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log's one writer, where its thread meets what nobody thought of.
final class WriterTest {
    @TempDir
    Path folder;

    @Test
    @SuppressWarnings("NullAway") // What breaks the thread.
    void answersAllWhoWaitAndThoseWhoComeLater() {
        Publication broken = null;
        try (RocksLog log = RocksLog.builder(folder).reserveBytes(0).open()) {
            assertThat(log.failure()).isNull();
            List<CompletableFuture<?>> all = List.of(
                    log.append(Hand.publication("a", "1")).toCompletableFuture(),
                    log.append(broken).toCompletableFuture(),
                    log.append(Hand.publication("a", "2")).toCompletableFuture());
            CompletableFuture<Void> answered = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
            assertThat(answered).failsWithin(Duration.ofSeconds(20));
            assertThat(log.append(Hand.publication("a", "3")).toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withMessageContaining("The log's writer failed");
            assertThat(log.failure()).contains("The log's writer failed");
        }
    }
}
