package dev.sluice.storage.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// When the disk is asked for its free space.
final class DiskSpaceTest {
    private static final long RESERVE = 160;

    /// The clock's origin is arbitrary.
    private static final long BEGIN_NS = Long.MAX_VALUE - DiskSpace.VALID_NS / 2;

    private final AtomicLong free = new AtomicLong(RESERVE);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger shortages = new AtomicInteger();
    private final DiskSpace disk = new DiskSpace(
            () -> {
                asked.incrementAndGet();
                return free.get();
            },
            RESERVE,
            shortages::incrementAndGet);

    @Test
    void isCheckedRarelyWhileThereIsEnough() {
        assertThat(disk.shortage(BEGIN_NS, 0)).isNull();
        free.set(0);
        assertThat(disk.shortage(BEGIN_NS + DiskSpace.VALID_NS - 1, 0)).isNull();
        assertThat(asked).hasValue(1);
        assertThat(disk.shortage(BEGIN_NS + DiskSpace.VALID_NS, 0)).isNotNull();
        assertThat(shortages).hasValue(1);
    }

    @Test
    void isCheckedAgainAfterManyWrittenBytes() {
        assertThat(disk.shortage(BEGIN_NS, DiskSpace.VALID_BYTES)).isNull();
        free.set(0);
        assertThat(disk.shortage(BEGIN_NS, DiskSpace.VALID_BYTES - 1)).isNull();
        assertThat(asked).hasValue(1);
        assertThat(disk.shortage(BEGIN_NS, 1)).isNotNull();
    }

    @Test
    void isCheckedEachTimeWhileThereIsTooLittle() {
        free.set(RESERVE - 1);
        assertThat(disk.shortage(BEGIN_NS, 0)).isNotNull();
        free.set(RESERVE + 9);
        assertThat(disk.shortage(BEGIN_NS, 0)).as("resuming takes more").isNotNull();
        assertThat(shortages).hasValue(2);
        free.set(RESERVE + 10);
        assertThat(disk.shortage(BEGIN_NS, 0)).isNull();
        assertThat(shortages).hasValue(2);
    }
}
