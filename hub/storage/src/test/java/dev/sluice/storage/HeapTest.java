package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.LoggedLines;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.write.RocksEntryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder with more channels than fit into the heap at the next start.
final class HeapTest {
    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();

    private RocksLog open(UnaryOperator<RocksLogBuilder> limits) {
        return limits.apply(RocksLog.builder(folder).clock(clock).reserveBytes(0))
                .open();
    }

    @Test
    void opensAFolderWithTooManyChannelsAndRefusesNewOnes() {
        try (RocksLog log = open(UnaryOperator.identity())) {
            for (String channel : new String[] {"a", "b", "c"}) LogFixture.publish(log, channel, "1");
        }
        try (RocksLog log = open(builder -> builder.limits(max -> max.channelsMax(2)))) {
            assertThat(get(log.append(LogFixture.publication("d", "1"))))
                    .isEqualTo(new AppendResult.TooManyChannels(2));
            LogFixture.publish(log, "a", "2");
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "**"), "**"))
                    .containsExactly("1", "1", "1", "2");
            assertThat(get(log.delete(new ChannelName("b")))).isTrue();
            assertThat(get(log.append(LogFixture.publication("d", "1"))))
                    .isEqualTo(new AppendResult.TooManyChannels(2));
            assertThat(get(log.delete(new ChannelName("c")))).isTrue();
            LogFixture.publish(log, "d", "1");
        }
    }

    @Test
    void reportsThatTheChannelsNeedALargerHeap() {
        try (RocksLog log = open(UnaryOperator.identity())) {
            for (int i = 0; i < 20; i++) LogFixture.publish(log, "c/" + i, "1");
        }
        assertThatThrownBy(() -> open(builder -> builder.heapBytes(32 << 10)))
                .isInstanceOfSatisfying(CannotOpenException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(OpenFailure.TOO_LARGE);
                    assertThat(refused).hasMessageContaining("16 channels").hasMessageContaining("-Xmx");
                });
        open(UnaryOperator.identity()).close();
    }

    @Test
    void warnsOfKeysForgottenEarly() {
        try (RocksLog log = open(builder -> builder.limits(max -> max.keysMax(2)));
                var warnings = new LoggedLines(RocksEntryStore.class)) {
            for (String key : new String[] {"1", "2", "3"}) {
                assertThat(warnings.lines()).isEmpty();
                LogFixture.once(log, "a", key, key);
                log.maintain();
            }
            assertThat(warnings.lines()).singleElement().asString().contains("storage.keys_max", "keys=1");
            log.maintain();
            assertThat(warnings.lines()).hasSize(1);
        }
    }

    @Test
    void doesNotLoadExpiredKeys() {
        long remembered;
        try (RocksLog log = open(UnaryOperator.identity())) {
            LogFixture.once(log, "a", "old", "1");
            clock.advance(Duration.ofMinutes(5));
            remembered = ((AppendResult.Placed) LogFixture.once(log, "a", "new", "1"))
                    .id()
                    .position();
        }
        LogLimits limits = LogLimits.builder()
                .entriesMax(1_000)
                .slackMax(10)
                .marks(10, Duration.ofDays(1))
                .keysMax(100)
                .lookMax(100)
                .build();
        try (Engine engine = Engine.open(folder, null)) {
            RocksEntryStore backing =
                    new RocksEntryStore(engine, Sync.INTERVAL, clock, limits, channel -> Retention.ALL, 1 << 30);
            assertThat(backing.sequencer().keys().oldestPosition()).isEqualTo(remembered);
        }
    }
}
