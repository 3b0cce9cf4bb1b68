package dev.sluice.core.memory;

import dev.sluice.core.log.Log;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.model.LogHistory;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Compares the log in memory with a naive model through the same random histories.
final class MemoryLogPropertyTest {
    private static Log open(TestClock clock, LogHistory.Limits limits, boolean folding) {
        MemoryLogBuilder builder = MemoryLog.builder(clock)
                .retention(limits.rules())
                .limits(max -> max.entriesMax(limits.entriesMax())
                        .bytesMax(limits.bytesMax())
                        .lookMax(limits.lookMax()));
        if (folding) builder.limits(max -> max.marks(limits.marksMax(), Duration.ofMinutes(5)));
        return builder.open();
    }

    @Test
    void behavesLikeTheModel() {
        LogHistory.runAll(150, false, MemoryLogPropertyTest::open);
    }

    @Test
    void neverHidesALossWhereOldMarksAreFolded() {
        LogHistory.runAll(100, true, MemoryLogPropertyTest::open);
    }

    @Test
    @Tag("long")
    void behavesLikeTheModelOverManyHistories() {
        LogHistory.runAll(20_000, false, MemoryLogPropertyTest::open);
        LogHistory.runAll(10_000, true, MemoryLogPropertyTest::open);
    }
}
