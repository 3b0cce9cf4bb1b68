package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.store.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder that holds more than the heap of its next life has room for.
final class HeapTest {
    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();

    private RocksLog open(UnaryOperator<RocksLogBuilder> limits) {
        return limits.apply(RocksLog.builder(folder).clock(clock).reserveBytes(0))
                .open();
    }

    @Test
    void opensAFolderWithMoreChannelsThanItMayHaveAndRefusesMore() {
        try (RocksLog log = open(UnaryOperator.identity())) {
            for (String channel : new String[] {"a", "b", "c"}) Hand.publish(log, channel, "1");
        }
        try (RocksLog log = open(builder -> builder.channelsMax(2))) {
            assertThat(get(log.append(Hand.publication("d", "1")))).isEqualTo(new Appended.TooManyChannels(2));
            Hand.publish(log, "a", "2");
            assertThat(Hand.words(log, Hand.earliest(log, "**"), "**")).containsExactly("1", "1", "1", "2");
            assertThat(get(log.delete(new ChannelName("b")))).isTrue();
            assertThat(get(log.append(Hand.publication("d", "1")))).isEqualTo(new Appended.TooManyChannels(2));
            assertThat(get(log.delete(new ChannelName("c")))).isTrue();
            Hand.publish(log, "d", "1");
        }
    }

    @Test
    void saysSoWhereTheChannelsNeedALargerHeap() {
        try (RocksLog log = open(UnaryOperator.identity())) {
            for (int i = 0; i < 20; i++) Hand.publish(log, "c/" + i, "1");
        }
        assertThatThrownBy(() -> open(builder -> builder.heapBytes(32 << 10)))
                .isInstanceOfSatisfying(CannotOpen.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(CannotOpen.Reason.TOO_LARGE);
                    assertThat(refused).hasMessageContaining("16 channels").hasMessageContaining("-Xmx");
                });
        open(UnaryOperator.identity()).close();
    }

    @Test
    void doesNotLoadKeysThatNoLongerCount() {
        long counts;
        try (RocksLog log = open(UnaryOperator.identity())) {
            Hand.once(log, "a", "old", "1");
            clock.advance(Duration.ofMinutes(5));
            counts = ((Appended.Placed) Hand.once(log, "a", "new", "1")).id().position();
        }
        Limits limits = new Limits(
                1_000, 1 << 20, 1 << 20, 10, 100, 10, Duration.ofDays(1), 100, Duration.ofMinutes(5), 0, 100, 100);
        try (Engine engine = Engine.open(folder, null)) {
            Disk disk = new Disk(engine, Sync.INTERVAL, clock, limits, channel -> Retention.ALL, 1 << 30);
            assertThat(disk.store().idempotency().oldest()).isEqualTo(counts);
        }
    }
}
