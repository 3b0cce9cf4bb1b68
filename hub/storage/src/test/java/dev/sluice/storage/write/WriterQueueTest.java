package dev.sluice.storage.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.TestAppend;
import dev.sluice.storage.RocksLog;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The publishes that may wait for a disk that has stalled.
final class WriterQueueTest {
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    private static Publication publication() {
        return new Publication(Draft.event(new ChannelName("a"), EventType.MESSAGE, Content.NONE), Conditions.NONE);
    }

    private static List<TestAppend> group(int size) {
        return Stream.generate(() -> TestAppend.of(publication())).limit(size).toList();
    }

    @Test
    void countsPublishesHoweverTheyWereHandedOver() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        List<CompletionStage<AppendResult>> taken = new ArrayList<>();
        try (RocksLog log = RocksLog.builder(folder).open()) {
            Writer writer = (Writer) log.writer();
            try {
                CompletionStage<Boolean> stall = writer.change(() -> {
                    stalled.countDown();
                    return await(goesOn);
                });
                assertThat(await(stalled)).isTrue();
                CompletionStage<AppendResult.Batch> together = writer.appendAll(
                        Stream.generate(WriterQueueTest::publication).limit(100).toList());
                for (int i = 0; i < Writer.QUEUED_MAX - 117; i++) taken.add(writer.append(publication()));
                List<TestAppend> last = group(16);
                writer.appendEach(last.stream().map(TestAppend::pending).toList());
                last.forEach(each -> taken.add(each.outcome()));

                List<TestAppend> refused = group(2);
                writer.appendEach(refused.stream().map(TestAppend::pending).toList());
                CompletionStage<AppendResult> alone = writer.append(publication());

                for (TestAppend each : refused) assertRefused(each.outcome());
                assertRefused(alone);
                goesOn.countDown();
                assertThat(get(stall)).isTrue();
                assertThat(get(together)).isInstanceOf(AppendResult.Batch.All.class);
            } finally {
                goesOn.countDown();
            }
            for (CompletionStage<AppendResult> each : taken)
                assertThat(get(each)).isInstanceOf(AppendResult.Placed.class);
            assertThat(get(writer.append(publication()))).isInstanceOf(AppendResult.Placed.class);
        }
    }

    /// The publisher is between its look whether the log is open and the queue while another thread closes the log.
    @Test
    void answersAPublishThatIsQueuedBehindTheEnd() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        try (RocksLog log = RocksLog.builder(folder).open()) {
            Writer writer = (Writer) log.writer();
            writer.change(() -> {
                stalled.countDown();
                return await(goesOn);
            });
            assertThat(await(stalled)).isTrue();
            Thread closing = Thread.ofPlatform().unstarted(() -> writer.close(() -> {}));
            TestAppend late = TestAppend.of(publication());
            writer.appendEach(new AbstractList<>() {
                @Override
                public int size() {
                    if (closing.getState() == Thread.State.NEW) closing.start();
                    while (closing.getState() == Thread.State.RUNNABLE) Thread.onSpinWait();
                    return 1;
                }

                @Override
                public PendingAppend get(int index) {
                    return late.pending();
                }
            });
            goesOn.countDown();
            assertThatThrownBy(() -> get(late.outcome())).hasMessageContaining("the log is closed");
            closing.join();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void assertRefused(CompletionStage<AppendResult> outcome) {
        assertThatThrownBy(() -> get(outcome))
                .hasMessageContaining("More than " + Writer.QUEUED_MAX + " publishes wait for the disk");
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
