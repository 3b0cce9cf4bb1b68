package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.Retention;
import dev.sluice.storage.engine.DeletionTest;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.repair.Inspection;
import dev.sluice.storage.write.RocksEntryStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process is killed at a random moment of a deletion: after the next start the channel is complete or empty, and
/// nothing of other channels is missing.
final class DeletionKillTest {
    private static final int EVENTS = 10_000;

    /// About the time that the deletion of this number of events takes.
    private static final long MOMENT_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final List<String> OTHERS = List.of("one", "two", "three");

    @TempDir
    Path folder;

    @Test
    void neverLeavesAChannelHalfDeleted() throws Exception {
        killAndCheck(2);
    }

    @Test
    @Tag("long")
    void neverLeavesAChannelHalfDeletedOverManyRounds() throws Exception {
        killAndCheck(50);
    }

    private void killAndCheck(int rounds) throws Exception {
        long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));
        Random random = new Random(seed);
        try (RocksLog log = open()) {
            for (String other : OTHERS) LogFixture.publish(log, "other", other);
        }
        List<String> kept = List.of();
        for (int round = 0; round < rounds; round++) {
            List<String> whole = new ArrayList<>(kept);
            for (int i = 0; i < EVENTS; i++) whole.add("old" + i);
            kept = killAndCheck(random, whole, "with -Dsluice.seed=" + seed + ", round " + round);
        }
        assertNoOrphans(kept.size() + OTHERS.size());
    }

    /// @param whole the channel's events before the deletion
    /// @return its events now
    private List<String> killAndCheck(Random random, List<String> whole, String where) throws Exception {
        List<String> printed = new ArrayList<>();
        try (ChildProcess child =
                ChildProcess.start(null, DeletingProgram.class, folder.toString(), Integer.toString(EVENTS))) {
            assertThat(child.line()).as(where).isEqualTo("deleting");
            LockSupport.parkNanos(random.nextLong(MOMENT_MAX_NANOS));
            printed.addAll(child.kill());
        }
        try (RocksLog log = open()) {
            List<String> found = LogFixture.words(log, LogFixture.earliest(log, "big"), "big");
            if (printed.remove("deleted") || found.size() < whole.size()) {
                assertThat(found).as(where).hasSizeGreaterThanOrEqualTo(printed.size());
                assertThat(found.subList(0, printed.size())).as(where).isEqualTo(printed); // Possibly none.
                assertThat(found).as(where).allMatch(word -> word.startsWith("new"));
            } else {
                assertThat(found).as(where).isEqualTo(whole);
            }
            // Meanwhile the log's writer continues the deletion.
            for (int i = 0; i < 2; i++) {
                assertThat(LogFixture.words(log, LogFixture.earliest(log, "**"), "**"))
                        .as(where)
                        .hasSize(OTHERS.size() + found.size())
                        .containsAll(OTHERS);
            }
            return found;
        }
    }

    private void assertNoOrphans(int events) {
        try (Engine engine = Engine.open(folder, null)) {
            RocksEntryStore backing = DeletionTest.begin(engine);
            while (backing.index().isClearing()) backing.index().clearDeleted(1_000);
            assertThat(DeletionTest.count(engine))
                    .as("a record in `events` and a position in `order` per event")
                    .isEqualTo(2L * events);
            backing.close();
        }
        assertThat(Inspection.of(folder).faults()).isEmpty();
    }

    private RocksLog open() {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .limits(limits -> limits.tailBytes(100_000))
                .open();
    }
}
