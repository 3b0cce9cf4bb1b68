package dev.sluice.storage;

import dev.sluice.core.log.Log;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.model.LogHistory;
import dev.sluice.core.model.RandomLog;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The durable log and a naive model, through the same random histories, with restarts in their midst: clean ones, and
/// deaths.
final class RocksLogPropertyTest {
    @TempDir
    Path folder;

    private int lives;

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
            home = folder.resolve("log" + lives++);
            return open();
        }

        private Log open() {
            RocksLogBuilder builder = RocksLog.builder(home)
                    .clock(clock)
                    .retention(limits.rules())
                    .entriesMax(limits.entriesMax())
                    .bytesMax(limits.bytesMax())
                    .tailBytes(tailBytes)
                    .lookMax(limits.lookMax())
                    .reserveBytes(0);
            if (folding) builder.marks(limits.marksMax(), Duration.ofMinutes(5));
            return builder.open();
        }

        @Override
        public Log restart(Log log, RandomLog random) {
            if (random.oneIn(2)) ((RocksLog) log).stop(new LogUnavailable("a death, as this test wants", null));
            log.close();
            return open();
        }
    }

    @Test
    void answersAsTheModelDoes() {
        LogHistory.runAll(10, false, new Subject(1 << 20));
    }

    @Test
    void answersAsTheModelDoesFromDisk() {
        LogHistory.runAll(10, false, new Subject(2_000));
    }

    @Test
    void isNeverSilentWhereOldMarksAreFolded() {
        LogHistory.runAll(10, true, new Subject(2_000));
    }

    @Test
    @Tag("long")
    void answersAsTheModelDoesForLong() {
        LogHistory.runAll(100, false, new Subject(2_000));
        LogHistory.runAll(100, true, new Subject(2_000));
    }
}
