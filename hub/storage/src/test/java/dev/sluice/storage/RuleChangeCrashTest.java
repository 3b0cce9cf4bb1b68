package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.RulesRecord;
import dev.sluice.core.log.TestLog;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.LogUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rules are changed whole, or not at all.
final class RuleChangeCrashTest {
    private static final int CHANNELS = 8;
    private static final int EVENTS = 30;
    private static final int CUTS = 12;
    private static final RetentionRules BEFORE = new RetentionRules(List.of(), Retention.ALL);
    private static final RetentionRules FEWER = new RetentionRules(
            List.of(new RetentionRules.Rule(Pattern.of("c/**"), Retention.events(10))), Retention.ALL);

    @TempDir
    Path folder;

    private static RocksLog open(Path folder) {
        return RocksLog.builder(folder)
                .retention(BEFORE)
                .keepRecordedRules()
                .limits(limits -> limits.lookMax(16)) // A slice for each channel, and a write.
                .reserveBytes(0)
                .open();
    }

    private static Path wal(Path folder) throws IOException {
        try (var files = Files.list(folder.resolve(Engine.DATABASE))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max((one, other) -> one.toString().compareTo(other.toString()))
                    .orElseThrow();
        }
    }

    private static List<Long> events(Log log) {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++)
            all.add(log.channel(new ChannelName("c/" + i)).events());
        return all;
    }

    /// The written part of a confirmed change ends anywhere, also in the middle of a write.
    @Test
    void hasAllOfTheNewRulesOrAllOfTheOldAfterACrash() throws IOException {
        Path home = folder.resolve("home");
        RocksLog log = open(home);
        for (int i = 0; i < CHANNELS * EVENTS; i++) LogFixture.publish(log, "c/" + i % CHANNELS, "x");
        LogFixture.publish(log, "news", "1");
        long from = Files.size(wal(home));
        assertThat(TestLog.get(log.changeRules(FEWER, true))).isEmpty();
        long to = Files.size(wal(home));
        log.stop(new LogUnavailableException("a loss of power, simulated by the test", null));
        log.close();

        List<Boolean> changed = new ArrayList<>();
        for (int i = 0; i <= CUTS; i++) {
            long bytes = from + (to - from) * i / CUTS;
            Path copy = Folders.copy(home, folder.resolve("cut" + i));
            try (var channel = Files.newByteChannel(wal(copy), StandardOpenOption.WRITE)) {
                channel.truncate(bytes);
            }
            try (RocksLog after = open(copy)) {
                boolean isNew = TestLog.get(after.changeRules(FEWER, false)).isEmpty();
                changed.add(isNew);
                assertThat(events(after)).as("cut %s of %s", i, CUTS).containsOnly(isNew ? 10L : EVENTS);
                assertThat(after.channel(new ChannelName("news")).events()).isEqualTo(1);
            }
        }
        assertThat(changed.getFirst()).as("nothing was written").isFalse();
        assertThat(changed.getLast()).as("everything was written").isTrue();
        assertThat(changed.get(CUTS / 2))
                .as("half of the channels had followed")
                .isTrue();
    }

    /// More publishes wait than the limit: publishers are refused, and a change that has begun continues.
    @Test
    void changesRulesWhilePublishersAreRefused() throws Exception {
        CountDownLatch isFull = new CountDownLatch(1);
        try (RocksLog log = RocksLog.builder(folder)
                .retention(channel -> {
                    if (channel.value().equals("slow")) await(isFull);
                    return Retention.ALL;
                })
                .reserveBytes(0)
                .open()) {
            LogFixture.publish(log, "c/0", "x");
            Publication publication = LogFixture.publication("slow", "x");
            List<CompletableFuture<?>> waiting = new ArrayList<>();
            do waiting.add(log.append(publication).toCompletableFuture());
            while (!waiting.getLast().isCompletedExceptionally());
            var changing = log.changeRules(FEWER, true).toCompletableFuture();
            boolean isRefused = changing.isDone();
            isFull.countDown(); // Before anything fails: the log closes only when its writer continues.
            assertThat(isRefused).isFalse();
            assertThat(TestLog.get(changing)).isEmpty();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void readsBackTheRulesThatItRecorded() {
        RetentionRules rules = new RetentionRules(
                List.of(
                        new RetentionRules.Rule(Pattern.of("a/*"), Retention.events(3)),
                        new RetentionRules.Rule(Pattern.of("消息/**"), Retention.ALL)),
                Retention.events(9));
        assertThat(RulesRecord.read(RulesRecord.write(rules))).isEqualTo(rules);
    }
}
