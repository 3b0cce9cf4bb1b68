package dev.sluice.storage;

import dev.sluice.core.log.Log;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.model.LogHistory;
import dev.sluice.core.model.RandomLog;
import dev.sluice.storage.folder.LogUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compares the durable log with a naive model over the same random histories, which include clean
/// restarts and crashes.
final class RocksLogPropertyTest {
    @TempDir
    Path folder;

    private int logs;

    private final class Subject implements LogHistory.Subject {
        private final long tailBytes;
        private TestClock clock;
        private LogHistory.Limits limits;
        private boolean folding;
        private Path home;

        Subject(long tailBytes) {
            this.tailBytes = tailBytes;
        }

        @Override
        public Log open(TestClock clock, LogHistory.Limits limits, boolean folding) {
            this.clock = clock;
            this.limits = limits;
            this.folding = folding;
            home = folder.resolve("log" + logs++);
            return open();
        }

        private Log open() {
            RocksLogBuilder builder = RocksLog.builder(home)
                    .clock(clock)
                    .retention(limits.rules())
                    .limits(max -> max.entriesMax(limits.entriesMax())
                            .bytesMax(limits.bytesMax())
                            .tailBytes(tailBytes)
                            .lookMax(limits.lookMax()))
                    .reserveBytes(0);
            if (folding) builder.limits(max -> max.marks(limits.marksMax(), Duration.ofMinutes(5)));
            return builder.open();
        }

        @Override
        public Log restart(Log log, RandomLog random) {
            if (random.oneIn(2))
                ((RocksLog) log).stop(new LogUnavailableException("a crash, simulated by the test", null));
            log.close();
            return open();
        }
    }

    @Test
    void behavesLikeTheModel() {
        LogHistory.runForSomeTime(false, new Subject(1 << 20));
    }

    @Test
    void behavesLikeTheModelFromDisk() {
        LogHistory.runForSomeTime(false, new Subject(2_000));
    }

    @Test
    void neverHidesALossWhereOldMarksAreFolded() {
        LogHistory.runForSomeTime(true, new Subject(2_000));
    }

    @Test
    @Tag("long")
    void behavesLikeTheModelOverManyHistories() {
        LogHistory.runAll(100, false, new Subject(2_000));
        LogHistory.runAll(100, true, new Subject(2_000));
    }
}
