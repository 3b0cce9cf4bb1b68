package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.Retention;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process is killed at random moments of a deletion: the next start shows all of the channel or nothing of it, and
/// nothing of another channel is missing.
final class DeletionKillTest {
    private static final int EVENTS = 10_000;

    /// A deletion of so many events takes about as long.
    private static final long MOMENT_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final List<String> OTHERS = List.of("one", "two", "three");

    @TempDir
    Path folder;

    @Test
    void leavesNothingHalfDeleted() throws Exception {
        killAndLook(2);
    }

    @Test
    @Tag("long")
    void leavesNothingHalfDeletedForLong() throws Exception {
        killAndLook(50);
    }

    private void killAndLook(int rounds) throws Exception {
        long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));
        Random random = new Random(seed);
        try (RocksLog log = open()) {
            for (String other : OTHERS) Hand.publish(log, "other", other);
        }
        List<String> kept = List.of();
        for (int round = 0; round < rounds; round++) {
            List<String> whole = new ArrayList<>(kept);
            for (int i = 0; i < EVENTS; i++) whole.add("old" + i);
            kept = killAndLook(random, whole, "with -Dsluice.seed=" + seed + ", round " + round);
        }
        assertNothingIsLeftBehind(kept.size() + OTHERS.size());
    }

    /// @param whole what the channel has before it is deleted
    /// @return what it has now
    private List<String> killAndLook(Random random, List<String> whole, String where) throws Exception {
        List<String> said = new ArrayList<>();
        try (Child child = Child.start(null, Deleting.class, folder.toString(), Integer.toString(EVENTS))) {
            assertThat(child.line()).as(where).isEqualTo("deleting");
            LockSupport.parkNanos(random.nextLong(MOMENT_MAX_NANOS));
            said.addAll(child.kill());
        }
        try (RocksLog log = open()) {
            List<String> found = Hand.words(log, Hand.earliest(log, "big"), "big");
            if (said.remove("deleted") || found.size() < whole.size()) {
                assertThat(found).as(where).startsWith(said.toArray(String[]::new));
                assertThat(found).as(where).allMatch(word -> word.startsWith("new"));
            } else {
                assertThat(found).as(where).isEqualTo(whole);
            }
            // Its writer goes on with the deletion meanwhile.
            for (int i = 0; i < 2; i++) {
                assertThat(Hand.words(log, Hand.earliest(log, "**"), "**"))
                        .as(where)
                        .hasSize(OTHERS.size() + found.size())
                        .containsAll(OTHERS);
            }
            return found;
        }
    }

    private void assertNothingIsLeftBehind(int events) {
        try (Engine engine = Engine.open(folder, null)) {
            Disk disk = DeletionTest.disk(engine);
            while (disk.store().isClearing()) disk.store().clearDeleted(1_000);
            assertThat(DeletionTest.count(engine))
                    .as("an event and its place, each")
                    .isEqualTo(2L * events);
            disk.close();
        }
        assertThat(Inspection.of(folder).faults()).isEmpty();
    }

    private RocksLog open() {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .tailBytes(100_000)
                .open();
    }
}
