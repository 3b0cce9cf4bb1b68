package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.storage.engine.Checkpoints;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.Format;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.repair.Backup;
import dev.sluice.storage.repair.Salvage;
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

@Timeout(600)
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

    private static void assertRefused(ThrowingCallable call, OpenFailure reason, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CannotOpenException.class,
                        cannot -> assertThat(cannot.reason()).isEqualTo(reason))
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    /// Takes a backup while the log is in use: [RocksLog#maintain] makes the copy.
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
    void backsUpALogInUseAndRestoresItUnderANewEpoch() throws Exception {
        try (RocksLog log = open(folder)) {
            Cursor first = LogFixture.publish(log, "a", "1");
            takeFrom(log);
            Cursor second = LogFixture.publish(log, "a", "2");

            Backup.restore(backup(), restored(), null);

            try (RocksLog other = open(restored())) {
                assertThat(LogFixture.words(other, LogFixture.earliest(other, "a"), "a"))
                        .containsExactly("1");
                assertThat(LogFixture.publish(other, "a", "3").epoch()).isNotEqualTo(first.epoch());
                assertThat(LogFixture.lost(other, second.text()).cursor()).isEqualTo(first);
            }
            try (var left = Files.list(folder.resolve(Checkpoints.FOLDER))) {
                assertThat(left).containsExactly(Checkpoints.lock(folder.resolve(Checkpoints.FOLDER)));
            }
        }
    }

    @Test
    void restoresABackupOfAClosedLogUnderANewEpoch() throws Exception {
        Cursor first;
        try (RocksLog log = open(folder)) {
            first = LogFixture.publish(log, "a", "1");
        }
        Backup.take(folder, backup());
        Backup.restore(backup(), restored(), null);
        try (RocksLog log = open(folder);
                RocksLog other = open(restored())) {
            Cursor second = LogFixture.publish(log, "a", "2");
            Cursor third = LogFixture.publish(other, "a", "3");
            assertThat(List.of(first.epoch(), second.epoch(), third.epoch())).doesNotHaveDuplicates();
        }
    }

    @Test
    void backsUpALogThatBroke() throws Exception {
        try (RocksLog log = open(folder)) {
            LogFixture.publish(log, "a", "1");
            log.stop(new LogUnavailableException("broken by the test", null));
            takeFrom(log);
        }
        Backup.restore(backup(), restored(), null);
        try (RocksLog other = open(restored())) {
            assertThat(LogFixture.words(other, LogFixture.earliest(other, "a"), "a"))
                    .containsExactly("1");
        }
    }

    @Test
    void removesTheCopyOfABackupThatDied() throws Exception {
        try (RocksLog log = open(folder)) {
            LogFixture.publish(log, "a", "1");
            Path copies = Files.createDirectories(folder.resolve(Checkpoints.FOLDER));
            Files.createFile(Checkpoints.wanted(copies));
            log.maintain();
            assertThat(Checkpoints.made(copies)).isDirectory();
            log.maintain();
            assertThat(Checkpoints.made(copies)).doesNotExist();
        }
    }

    @Test
    void neverOverwritesAnything() throws Exception {
        try (RocksLog log = open(folder)) {
            LogFixture.publish(log, "a", "1");
        }
        Files.createDirectories(backup());
        Files.writeString(backup().resolve("file"), "x");
        assertRefused(() -> Backup.take(folder, backup()), OpenFailure.NOT_EMPTY, backup().toString());
        Files.delete(backup().resolve("file"));
        Backup.take(folder, backup());
        assertRefused(() -> Backup.restore(backup(), folder, null), OpenFailure.NOT_EMPTY, folder.toString());
    }

    @Test
    void movesAnUnusedLogAsideEvenIfDamaged() throws Exception {
        Path aside = elsewhere.resolve("aside");
        Path place = elsewhere.resolve("place");
        try (RocksLog log = open(place)) {
            LogFixture.publish(log, "a", "1");
        }
        Backup.take(place, backup());
        try (RocksLog log = open(place)) {
            assertRefused(() -> Backup.restore(backup(), place, aside), OpenFailure.IN_USE, place.toString());
            LogFixture.publish(log, "a", "2");
        }
        Files.delete(place.resolve(Engine.DATABASE).resolve("CURRENT"));
        Backup.restore(backup(), place, aside);
        try (RocksLog log = open(place)) {
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a"))
                    .containsExactly("1");
        }
        assertThat(Format.file(aside)).exists();
    }

    /// A mount point can't be moved, and a container has no place beside it.
    @Test
    void restoresWithinAFolderThatStays() throws Exception {
        Path place = elsewhere.resolve("place");
        Files.createDirectories(place.resolve("lost+found"));
        Path kept = place.resolve("backups/monday");
        Path aside = place.resolve("aside");
        try (RocksLog log = open(place)) {
            LogFixture.publish(log, "a", "1");
        }
        Backup.take(place, kept);
        try (RocksLog log = open(place)) {
            LogFixture.publish(log, "a", "2");
        }
        Files.writeString(place.resolve("node"), "a file beside the log");

        Backup.restore(kept, place, aside);

        for (Path each : List.of(place, aside)) {
            try (RocksLog log = open(each)) {
                assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a"))
                        .isEqualTo(each.equals(place) ? List.of("1") : List.of("1", "2"));
            }
        }
        assertThat(aside.resolve("node")).exists();
        assertThat(place.resolve("node")).doesNotExist();
        assertThat(place.resolve("lost+found")).isDirectory();
    }

    @Test
    void refusesToMoveALogIntoItself() throws Exception {
        open(folder).close();
        Backup.take(folder, backup());
        try (RocksLog log = open(folder)) {
            LogFixture.publish(log, "a", "1");
        }
        assertRefused(
                () -> Backup.restore(backup(), folder, folder.resolve("db/aside")),
                OpenFailure.NOT_EMPTY,
                "inside the log");
        try (RocksLog log = open(folder)) {
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a"))
                    .containsExactly("1");
        }
    }

    @Test
    void takesAndRestoresToANewFileSystem() throws Exception {
        open(folder).close();
        for (Path each : List.of(backup(), restored())) Files.createDirectories(each.resolve("lost+found"));
        Backup.take(folder, backup());
        Backup.restore(backup(), restored(), null);
        open(restored()).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FORMAT", "db/CURRENT"})
    void refusesToMoveALogInUseHoweverDamaged(String lost) throws Exception {
        Path place = elsewhere.resolve("place");
        try (RocksLog log = open(place)) {
            takeFrom(log, place);
            Files.delete(place.resolve(lost));
            assertRefused(
                    () -> Backup.restore(backup(), place, elsewhere.resolve("aside")), OpenFailure.IN_USE, "in use");
            assertThat(elsewhere.resolve("aside")).doesNotExist();
            assertRefused(() -> Salvage.of(place, Clock.systemUTC()), OpenFailure.IN_USE, place.toString());
            assertThat(place.resolve(Engine.DATABASE)).isNotEmptyDirectory();
            LogFixture.publish(log, "a", "1");
        }
    }

    @Test
    void refusesToMoveALogOfAnotherProcess() throws Exception {
        try (ChildProcess child = ChildProcess.start(null, folder, Sync.INTERVAL, 1, 100, 0, "e")) {
            assertThat(child.line()).isEqualTo("open");
            assertThat(child.line()).contains(" c/0 ");
            Files.delete(Format.file(folder));
            assertRefused(() -> Salvage.of(folder, Clock.systemUTC()), OpenFailure.IN_USE, folder.toString());
            child.kill();
        }
        assertThat(Salvage.of(folder, Clock.systemUTC())).isNotNull();
    }

    @Test
    void refusesAPartialBackup() throws Exception {
        try (RocksLog log = open(folder)) {
            LogFixture.publish(log, "a", "1");
        }
        assertRefused(() -> Backup.take(elsewhere.resolve("none"), backup()), OpenFailure.NO_LOG, "none");
        assertThat(elsewhere.resolve("none")).doesNotExist();
        Backup.take(folder, backup());
        Files.delete(Format.file(backup()));
        assertRefused(() -> Backup.restore(backup(), restored(), null), OpenFailure.NO_LOG, backup().toString());
        assertThat(restored()).doesNotExist();
    }
}
