package dev.sluice.storage.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestAppend;
import dev.sluice.storage.LogFixture;
import dev.sluice.storage.RocksLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Failures on the writer's thread, and what publishers learn of them.
final class WriterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static TestAppend pending(String channel, String data) {
        return TestAppend.of(LogFixture.publication(channel, data));
    }

    private static List<String> words(RocksLog log) {
        return LogFixture.words(log, LogFixture.earliest(log, "a"), "a");
    }

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

    @Test
    void aFailingCallbackDelaysNoOtherPublisher() {
        try (RocksLog log = RocksLog.builder(folder).reserveBytes(0).open()) {
            PendingAppend failing = new PendingAppend(LogFixture.publication("a", "1"), (_, _) -> {
                throw new IllegalStateException("as this test requires");
            });
            TestAppend behind = pending("a", "2");
            log.writer().appendEach(List.of(failing, behind.pending()));
            assertThat(behind.outcome()).succeedsWithin(PATIENCE).isInstanceOf(AppendResult.Placed.class);
            assertThat(log.append(LogFixture.publication("a", "3"))).succeedsWithin(PATIENCE);
            assertThat(words(log)).containsExactly("1", "2", "3");
        }
    }

    @Test
    void anErrorOfAListenerDelaysNoPublisher() {
        try (RocksLog log = RocksLog.builder(folder).reserveBytes(0).open()) {
            log.onHeadMoved(() -> {
                throw new OutOfMemoryError("of this test");
            });
            TestAppend one = pending("a", "1");
            TestAppend two = pending("a", "2");
            log.writer().appendEach(TestAppend.all(one, two));
            assertThat(one.outcome()).failsWithin(PATIENCE);
            assertThat(two.outcome()).failsWithin(PATIENCE);
            assertThat(log.failure()).contains("The log's writer failed");
            assertThat(log.append(LogFixture.publication("a", "3"))).failsWithin(PATIENCE);
        }
    }

    @Test
    void aRuleThatFailsFailsItsPublishAlone() {
        try (RocksLog log = RocksLog.builder(folder)
                .retention(channel -> {
                    if (channel.equals(new ChannelName("b"))) throw new IllegalStateException("no rule");
                    return Retention.ALL;
                })
                .reserveBytes(0)
                .open()) {
            TestAppend good = pending("a", "1");
            TestAppend bad = pending("b", "2");
            log.writer().appendEach(TestAppend.all(bad, good));
            assertThat(good.outcome()).succeedsWithin(PATIENCE);
            assertThat(bad.outcome()).failsWithin(PATIENCE);
            assertThat(log.failure()).isNull();
            assertThat(words(log)).containsExactly("1");
        }
    }

    @Test
    void writesQueuedEventsBeforeTheLogCloses() {
        RocksLog log = RocksLog.builder(folder).reserveBytes(0).open();
        TestAppend append = pending("a", "1");
        log.writer().appendEach(TestAppend.all(append));
        log.close();
        assertThat(append.outcome()).isCompletedWithValueMatching(AppendResult.Placed.class::isInstance);
        try (RocksLog again = RocksLog.builder(folder).reserveBytes(0).open()) {
            assertThat(words(again)).containsExactly("1");
        }
    }
}
