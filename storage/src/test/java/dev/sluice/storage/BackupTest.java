package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.storage.CannotOpen.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class BackupTest {
    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    private static RocksLog open(Path folder) {
        return RocksLog.builder(folder).reserveBytes(0).open();
    }

    private Path backup() {
        return elsewhere.resolve("backup");
    }

    private Path restored() {
        return elsewhere.resolve("restored");
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String... said) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CannotOpen.class, cannot -> assertThat(cannot.reason()).isEqualTo(reason))
                .hasMessageContainingAll(said)
                .hasMessageNotContaining("\n");
    }

    /// While the log is in use, as [RocksLog#maintain] answers.
    private void takeFrom(RocksLog log) throws Exception {
        takeFrom(log, folder);
    }

    private void takeFrom(RocksLog log, Path folder) throws Exception {
        var taken = CompletableFuture.runAsync(() -> {
            try {
                Backup.take(folder, backup());
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
        while (!taken.isDone()) log.maintain();
        taken.get();
    }

    @Test
    void isOfALogInUseAndGoesOnUnderAnEpochOfItsOwn() throws Exception {
        try (RocksLog log = open(folder)) {
            Cursor first = Hand.publish(log, "a", "1");
            takeFrom(log);
            Cursor second = Hand.publish(log, "a", "2");

            Backup.restore(backup(), restored(), null);

            try (RocksLog other = open(restored())) {
                assertThat(Hand.words(other, Hand.earliest(other, "a"), "a")).containsExactly("1");
                assertThat(Hand.publish(other, "a", "3").epoch()).isNotEqualTo(first.epoch());
                assertThat(Hand.lost(other, second.text()).cursor()).isEqualTo(first);
            }
            try (var left = Files.list(folder.resolve(Copies.FOLDER))) {
                assertThat(left).containsExactly(Copies.lock(folder.resolve(Copies.FOLDER)));
            }
        }
    }

    @Test
    void ofALogThatWasClosedGoesOnUnderAnEpochOfItsOwnToo() throws Exception {
        Cursor first;
        try (RocksLog log = open(folder)) {
            first = Hand.publish(log, "a", "1");
        }
        Backup.take(folder, backup());
        Backup.restore(backup(), restored(), null);
        try (RocksLog log = open(folder);
                RocksLog other = open(restored())) {
            Cursor second = Hand.publish(log, "a", "2");
            Cursor third = Hand.publish(other, "a", "3");
            assertThat(List.of(first.epoch(), second.epoch(), third.epoch())).doesNotHaveDuplicates();
        }
    }

    @Test
    void isOfALogThatBrokeTooWhichIsWhenItIsWanted() throws Exception {
        try (RocksLog log = open(folder)) {
            Hand.publish(log, "a", "1");
            log.stop(new LogUnavailable("broken, as this test wants", null));
            takeFrom(log);
        }
        Backup.restore(backup(), restored(), null);
        try (RocksLog other = open(restored())) {
            assertThat(Hand.words(other, Hand.earliest(other, "a"), "a")).containsExactly("1");
        }
    }

    @Test
    void ofOneThatDiedLeavesNothing() throws Exception {
        try (RocksLog log = open(folder)) {
            Hand.publish(log, "a", "1");
            Path copies = Files.createDirectories(folder.resolve(Copies.FOLDER));
            Files.createFile(Copies.wanted(copies));
            log.maintain();
            assertThat(Copies.made(copies)).isDirectory();
            log.maintain();
            assertThat(Copies.made(copies)).doesNotExist();
        }
    }

    @Test
    void neverGoesOverSomething() throws Exception {
        try (RocksLog log = open(folder)) {
            Hand.publish(log, "a", "1");
        }
        Files.createDirectories(backup());
        Files.writeString(backup().resolve("file"), "x");
        assertRefused(() -> Backup.take(folder, backup()), Reason.NOT_EMPTY, backup().toString());
        Files.delete(backup().resolve("file"));
        Backup.take(folder, backup());
        assertRefused(() -> Backup.restore(backup(), folder, null), Reason.NOT_EMPTY, folder.toString());
    }

    @Test
    void movesALogAsideThatNobodyUsesThoughItIsDamaged() throws Exception {
        Path aside = elsewhere.resolve("aside");
        Path place = elsewhere.resolve("place");
        try (RocksLog log = open(place)) {
            Hand.publish(log, "a", "1");
        }
        Backup.take(place, backup());
        try (RocksLog log = open(place)) {
            assertRefused(() -> Backup.restore(backup(), place, aside), Reason.IN_USE, place.toString());
            Hand.publish(log, "a", "2");
        }
        Files.delete(place.resolve(Engine.DATABASE).resolve("CURRENT"));
        Backup.restore(backup(), place, aside);
        try (RocksLog log = open(place)) {
            assertThat(Hand.words(log, Hand.earliest(log, "a"), "a")).containsExactly("1");
        }
        assertThat(Format.file(aside)).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FORMAT", "db/CURRENT"})
    void movesNothingFromUnderALogInUseHoweverDamaged(String lost) throws Exception {
        Path place = elsewhere.resolve("place");
        try (RocksLog log = open(place)) {
            takeFrom(log, place);
            Files.delete(place.resolve(lost));
            assertRefused(() -> Backup.restore(backup(), place, elsewhere.resolve("aside")), Reason.IN_USE, "in use");
            assertThat(elsewhere.resolve("aside")).doesNotExist();
            assertRefused(() -> Salvage.of(place, Clock.systemUTC()), Reason.IN_USE, place.toString());
            assertThat(place.resolve(Engine.DATABASE)).isNotEmptyDirectory();
            Hand.publish(log, "a", "1");
        }
    }

    @Test
    void movesNothingFromUnderAnotherProcess() throws Exception {
        try (Child child = Child.start(null, folder, Sync.INTERVAL, 1, 100, 0, "e")) {
            assertThat(child.line()).isEqualTo("open");
            assertThat(child.line()).contains(" c/0 ");
            Files.delete(Format.file(folder));
            assertRefused(() -> Salvage.of(folder, Clock.systemUTC()), Reason.IN_USE, folder.toString());
            child.kill();
        }
        assertThat(Salvage.of(folder, Clock.systemUTC())).isNotNull();
    }

    @Test
    void halfABackupIsNone() throws Exception {
        try (RocksLog log = open(folder)) {
            Hand.publish(log, "a", "1");
        }
        assertRefused(() -> Backup.take(elsewhere.resolve("none"), backup()), Reason.NO_LOG, "none");
        assertThat(elsewhere.resolve("none")).doesNotExist();
        Backup.take(folder, backup());
        Files.delete(Format.file(backup()));
        assertRefused(() -> Backup.restore(backup(), restored(), null), Reason.NO_LOG, backup().toString());
        assertThat(restored()).doesNotExist();
    }
}
