package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.InlineAppend;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestAppend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Publishers' threads that write by themselves, because the log is idle.
final class InlineAppendTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private RocksLog open() {
        return RocksLog.builder(folder).reserveBytes(0).open();
    }

    private static TestAppend pending(String data) {
        return TestAppend.of(LogFixture.publication("a", data));
    }

    private static List<String> words(RocksLog log) {
        return LogFixture.words(log, LogFixture.earliest(log, "a"), "a");
    }

    /// Begins, as soon as the log's thread has done what came before: its last answers come before it is idle.
    private static InlineAppend begin(RocksLog log, TestAppend... appends) {
        while (true) {
            InlineAppend begun = log.writer().begin(TestAppend.all(appends));
            if (begun != null) return begun;
            Thread.onSpinWait();
        }
    }

    @Test
    void tellsOfWhatWasWrittenOnlyWhenCompleted() {
        try (RocksLog log = open()) {
            Place begin = Place.at(log.head());
            AtomicInteger notified = new AtomicInteger();
            log.onHeadMoved(notified::incrementAndGet);
            TestAppend one = pending("1");
            TestAppend two = pending("2");
            InlineAppend begun = begin(log, one, two);
            begun.write();
            assertThat(one.outcome()).isNotDone();
            assertThat(notified).hasValue(0);

            begun.complete();
            assertThat(one.outcome()).isCompletedWithValueMatching(Appended.Placed.class::isInstance);
            assertThat(two.outcome()).isCompletedWithValueMatching(Appended.Placed.class::isInstance);
            assertThat(notified).hasValue(1);
            assertThat(LogFixture.words(log, begin, "a"))
                    .containsExactlyElementsOf(words(log))
                    .hasSize(2);
        }
    }

    @Test
    void keepsOthersOutUntilItHasAnswered() {
        try (RocksLog log = open()) {
            TestAppend first = pending("1");
            InlineAppend begun = begin(log, first);
            assertThat(isBegunByAnother(log)).isFalse();
            begun.write();
            assertThat(isBegunByAnother(log)).isFalse();
            CompletableFuture<Appended> second =
                    log.append(LogFixture.publication("a", "2")).toCompletableFuture();
            CompletableFuture<Boolean> isOvertaken = first.outcome().thenApply(_ -> second.isDone());
            begun.complete();
            assertThat(isOvertaken).isCompletedWithValue(false);
            assertThat(second).succeedsWithin(PATIENCE);
            assertThat(words(log)).containsExactly("1", "2");
        }
    }

    private static boolean isBegunByAnother(RocksLog log) {
        return CompletableFuture.supplyAsync(() -> {
                    InlineAppend begun = log.writer().begin(TestAppend.all(pending("refused")));
                    if (begun == null) return false;
                    begun.write();
                    begun.complete(); // The log is not left reserved.
                    return true;
                })
                .join();
    }

    @Test
    void aPublisherThatCannotBeToldKeepsNoOtherWaiting() {
        try (RocksLog log = open()) {
            PendingAppend failing = failing("1");
            TestAppend behind = pending("2");
            InlineAppend begun = begin(log, new TestAppend(failing, new CompletableFuture<>()), behind);
            begun.write();
            begun.complete();
            assertThat(behind.outcome()).isCompletedWithValueMatching(Appended.Placed.class::isInstance);

            TestAppend queued = pending("4");
            log.writer().appendEach(List.of(failing("3"), queued.pending()));
            assertThat(queued.outcome()).succeedsWithin(PATIENCE).isInstanceOf(Appended.Placed.class);
            assertThat(log.append(LogFixture.publication("a", "5"))).succeedsWithin(PATIENCE);
            assertThat(words(log)).containsExactly("1", "2", "3", "4", "5");
        }
    }

    private static PendingAppend failing(String data) {
        return new PendingAppend(LogFixture.publication("a", data), (_, _) -> {
            throw new IllegalStateException("as this test requires");
        });
    }

    @Test
    void isNotBegunWhileTasksWait() {
        CountDownLatch goesOn = new CountDownLatch(1);
        try (RocksLog log = open()) {
            Writer writer = (Writer) log.writer();
            CompletableFuture<Boolean> stall = writer.change(() -> {
                        try {
                            goesOn.await();
                        } catch (InterruptedException interrupted) {
                            throw new AssertionError(interrupted);
                        }
                        return true;
                    })
                    .toCompletableFuture();
            try {
                assertThat(isBegunByAnother(log)).isFalse();
            } finally {
                goesOn.countDown();
            }
            assertThat(stall).succeedsWithin(PATIENCE);
        }
    }

    /// Each thread begins where it may and hands over where it may not, as an event loop does.
    @Test
    void keepsTheOrderOfEachThread() {
        int threads = 3;
        int each = 2_000;
        try (RocksLog log = open()) {
            InlineLog inline = new InlineLog(log);
            List<CompletableFuture<Void>> all = IntStream.range(0, threads)
                    .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                        Random random = new Random(thread);
                        List<CompletableFuture<Appended>> outcomes = new ArrayList<>();
                        for (int i = 0; i < each; i++) {
                            outcomes.add(inline.append(LogFixture.publication("t" + thread, "" + i))
                                    .toCompletableFuture());
                            if (random.nextInt(8) == 0) outcomes.getLast().join(); // The log becomes idle at times.
                        }
                        outcomes.forEach(CompletableFuture::join);
                    }))
                    .toList();
            all.forEach(CompletableFuture::join);
            for (int thread = 0; thread < threads; thread++) {
                String channel = "t" + thread;
                assertThat(LogFixture.words(log, LogFixture.earliest(log, channel), channel))
                        .containsExactlyElementsOf(IntStream.range(0, each)
                                .mapToObj(Integer::toString)
                                .toList());
            }
            assertThat(inline.inline()).isPositive();
        }
    }

    @Test
    void isNotBegunWhereEachWriteIsSynced() {
        try (RocksLog log =
                RocksLog.builder(folder).sync(Sync.ALWAYS).reserveBytes(0).open()) {
            LogFixture.publish(log, "a", "1");
            assertThat(log.writer().begin(TestAppend.all(pending("2")))).isNull();
        }
    }

    @Test
    void stopsTheLogWhenItFails() throws IOException {
        try (RocksLog log = open()) {
            LogFixture.publish(log, "a", "1");
            TestAppend lost = pending("2");
            InlineAppend begun = begin(log, lost);
            Files.delete(folder.resolve("LOCK"));
            begun.write();
            begun.complete();
            assertThat(lost.outcome())
                    .failsWithin(PATIENCE)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("was removed or replaced");
            assertThat(log.failure()).contains("was removed or replaced");
            assertThat(log.writer().begin(TestAppend.all(pending("3")))).isNull();
        }
    }

    @Test
    void anErrorOfAListenerLeavesNoPublisherWaiting() {
        try (RocksLog log = open()) {
            log.onHeadMoved(() -> {
                throw new OutOfMemoryError("of this test");
            });
            TestAppend one = pending("1");
            TestAppend two = pending("2");
            InlineAppend begun = begin(log, one, two);
            begun.write();
            begun.complete();
            assertThat(one.outcome()).isCompletedExceptionally();
            assertThat(two.outcome()).isCompletedExceptionally();
            assertThat(log.failure()).contains("The log's writer failed");
            assertThat(log.append(LogFixture.publication("a", "3")).toCompletableFuture())
                    .as("the log was left")
                    .failsWithin(PATIENCE);
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
            TestAppend good = pending("1");
            TestAppend bad = TestAppend.of(LogFixture.publication("b", "2"));
            InlineAppend begun = begin(log, good, bad);
            begun.write();
            begun.complete();
            assertThat(good.outcome()).isCompleted();
            assertThat(bad.outcome()).isCompletedExceptionally();
            assertThat(log.failure()).isNull();
            assertThat(words(log)).hasSize(1);
        }
    }

    @Test
    void isWrittenBeforeTheLogCloses() {
        TestAppend append = pending("1");
        RocksLog log = open();
        InlineAppend begun = begin(log, append);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(log::close);
        begun.write();
        begun.complete();
        assertThat(closing).succeedsWithin(PATIENCE);
        assertThat(append.outcome()).isCompletedWithValueMatching(Appended.Placed.class::isInstance);
        assertThat(log.writer().begin(TestAppend.all(pending("2")))).isNull();
        try (RocksLog again = open()) {
            assertThat(words(again)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 20, 3_000})
    void aSlowDiskTakesATwentiethOfAPublishersTime(long writeMs) {
        long writeNs = TimeUnit.MILLISECONDS.toNanos(writeMs);
        long begunNs = Long.MAX_VALUE - 5; // The clock's origin is arbitrary.
        AtomicLong nowNs = new AtomicLong(begunNs);
        InlineWrites writes = new InlineWrites(Sync.INTERVAL, nowNs::get);
        long waitedNs = 0;
        while (nowNs.get() - begunNs < TimeUnit.MINUTES.toNanos(10)) {
            if (writes.isNext()) {
                nowNs.addAndGet(writeNs);
                writes.took(writeNs);
                waitedNs += writeNs;
            } else {
                nowNs.addAndGet(InlineWrites.QUICK_NS);
            }
        }
        long atMostNs = (nowNs.get() - begunNs) / 20;
        assertThat(waitedNs).isBetween(atMostNs * 9 / 10, atMostNs + TimeUnit.MILLISECONDS.toNanos(50) + writeNs);
    }

    @Test
    void aFewSlowWritesDoNotMakeASlowDisk() {
        AtomicLong nowNs = new AtomicLong();
        InlineWrites writes = new InlineWrites(Sync.INTERVAL, nowNs::get);
        for (int i = 0; i < 10; i++) {
            assertThat(writes.isNext()).isTrue();
            writes.took(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(writes.isNext()).isTrue();
        writes.took(InlineWrites.QUICK_NS);
        assertThat(writes.isNext()).as("a quick one costs nothing").isTrue();
        writes.took(InlineWrites.QUICK_NS + 1);
        assertThat(writes.isNext()).isFalse();
    }

    @Test
    void writesAreInlineAgainAfterAMinuteWhateverTheyTook() {
        AtomicLong nowNs = new AtomicLong();
        InlineWrites writes = new InlineWrites(Sync.INTERVAL, nowNs::get);
        writes.took(Long.MAX_VALUE / 2);
        nowNs.addAndGet(InlineWrites.PAUSE_MAX_NS - 1);
        assertThat(writes.isNext()).isFalse();
        nowNs.incrementAndGet();
        assertThat(writes.isNext()).isTrue();
    }
}
