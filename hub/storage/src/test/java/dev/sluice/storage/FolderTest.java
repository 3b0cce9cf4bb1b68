package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.FolderLock;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.repair.Backup;
import dev.sluice.storage.repair.Salvage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Folders that a log can't use, and the messages about them.
final class FolderTest {
    @TempDir
    Path folder;

    private static void assertRefused(ThrowingCallable open, OpenFailure reason, String... parts) {
        assertThatThrownBy(open)
                .isInstanceOfSatisfying(
                        CannotOpenException.class,
                        cannot -> assertThat(cannot.reason()).isEqualTo(reason))
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
    }

    private RocksLog open() {
        return RocksLog.builder(folder).reserveBytes(0).open();
    }

    private void fill() {
        try (RocksLog log = open()) {
            for (int i = 0; i < 1_000; i++) LogFixture.publish(log, "a", "event " + i);
        }
    }

    @Test
    void refusesASecondUser() {
        try (RocksLog log = open()) {
            LogFixture.publish(log, "a", "1");
            assertRefused(this::open, OpenFailure.IN_USE, folder.toString(), "in use by another process");
            LogFixture.publish(log, "a", "2");
        }
        open().close();
    }

    /// Amazon EFS reports 8 EiB.
    @Test
    void opensOnADiskWithoutALimit() {
        assertThat(RocksLogBuilder.share(Long.MAX_VALUE, 2 << 20)).isEqualTo(Long.MAX_VALUE / 5 + (2 << 20) / 5);
        assertThat(RocksLogBuilder.share(0, 0)).isPositive();
    }

    /// A backup on the same disk, or the file of another program, is no reason to drop events.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsWhatItHasWhenAnotherFillsTheDisk(boolean isLimitSet) {
        String large = "x".repeat(64 << 10);
        try (RocksLog log = RocksLog.builder(folder).freeBytes(() -> 1L << 30).open()) {
            for (int i = 0; i < 64; i++) LogFixture.publish(log, "a", i + large);
        }
        RocksLogBuilder reopened = RocksLog.builder(folder).freeBytes(() -> 1L << 20);
        if (isLimitSet) reopened.limits(limits -> limits.bytesMax(1L << 20));
        try (RocksLog log = reopened.open()) {
            LogFixture.publish(log, "a", "last");
            log.maintain();
            List<String> kept = LogFixture.words(log, LogFixture.earliest(log, "a"), "a");
            if (isLimitSet) assertThat(kept).hasSizeLessThan(32);
            else assertThat(kept).hasSize(65).startsWith("0" + large);
        }
    }

    @Test
    void doesNotTakeLimitsThatAreNotValidForDamage() {
        open().close();
        assertThatThrownBy(() -> RocksLog.builder(folder)
                        .limits(limits -> limits.entriesMax(0))
                        .open())
                .isInstanceOf(IllegalArgumentException.class);
        open().close();
    }

    /// As if an operator had removed the lock as a leftover: another hub could then use the folder, too.
    @Test
    void acknowledgesNothingAfterItsLockIsRemoved() throws IOException {
        try (RocksLog log = open()) {
            Cursor first = LogFixture.publish(log, "a", "1");
            Files.delete(folder.resolve("LOCK"));
            assertThat(log.append(LogFixture.publication("a", "2")).toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .withMessageContainingAll("LOCK", "another hub");
            assertThat(log.failure()).contains("LOCK");
            assertThat(log.head()).isEqualTo(first);
        }
    }

    @Test
    void noticesWhileIdleThatItsLockWasReplaced() throws IOException {
        try (RocksLog log = open()) {
            log.maintain();
            Files.delete(folder.resolve("LOCK"));
            Files.createFile(folder.resolve("LOCK"));
            log.maintain();
            assertThat(log.failure()).contains("LOCK");
        }
    }

    @Test
    void waitsForAHubWhoseLockWasRemovedToNotice() throws IOException {
        List<Duration> pauses = new ArrayList<>();
        FolderLock.of(folder, pauses::add).close();
        fill();
        FolderLock.of(folder, pauses::add).close();
        assertThat(pauses).as("a new folder, and one with its lock").isEmpty();
        Files.delete(folder.resolve("LOCK"));
        FolderLock.of(folder, pauses::add).close();
        assertThat(pauses).containsExactly(Duration.ofSeconds(2));
    }

    @Test
    void isAccessibleOnlyToItsOwner() throws Exception {
        Path data = folder.resolve("data");
        RocksLog.builder(data).open().close();
        Backup.take(data, folder.resolve("backup"));
        Backup.restore(folder.resolve("backup"), folder.resolve("restored"), null);
        for (String name : List.of("data", "data/db", "data/copies", "backup", "backup/db", "restored/db")) {
            assertThat(permissions(name)).as(name).isEqualTo("rwx------");
        }
        for (String name :
                List.of("data/LOCK", "data/FORMAT", "data/copies/lock", "backup/FORMAT", "backup/db/CURRENT")) {
            assertThat(permissions(name)).as(name).isEqualTo("rw-------");
        }
    }

    @Test
    void restrictsADatabaseOfAnEarlierVersion() throws IOException {
        open().close();
        Files.setPosixFilePermissions(folder.resolve("db"), PosixFilePermissions.fromString("rwxr-xr-x"));
        open().close();
        assertThat(permissions("db")).isEqualTo("rwx------");
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }

    @Test
    void refusesANewerFormat() throws IOException {
        fill();
        Files.writeString(folder.resolve("FORMAT"), "sluice-log 3\n");
        assertRefused(this::open, OpenFailure.NEWER_FORMAT, "format 3", "up to 2");
    }

    @Test
    void refusesAnUnknownFormat() throws IOException {
        fill();
        Files.writeString(folder.resolve("FORMAT"), "something else\n");
        assertRefused(this::open, OpenFailure.DAMAGED, "FORMAT", "something else");
        Files.delete(folder.resolve("FORMAT"));
        assertRefused(this::open, OpenFailure.DAMAGED, "FORMAT", "missing");
    }

    @Test
    void reportsADamagedFormatOfAnyBytes() throws IOException {
        fill();
        byte[] bytes = Files.readAllBytes(folder.resolve("FORMAT"));
        bytes[3] = (byte) 0xff;
        Files.write(folder.resolve("FORMAT"), bytes);
        assertRefused(this::open, OpenFailure.DAMAGED, "FORMAT", "slu?ce-log 2");
        assertThat(Salvage.of(folder, Clock.systemUTC())).isNotNull();
        try (RocksLog log = open()) {
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a"))
                    .hasSize(1_000);
        }
    }

    @Test
    void refusesAFolderThatCannotExist() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertRefused(() -> RocksLog.builder(file.resolve("below")).open(), OpenFailure.NO_ACCESS, file.toString());
    }

    /// A read-only mount, because permissions do not restrict root.
    @ParameterizedTest
    @ValueSource(strings = {"log", "log/none"})
    void reportsAReadOnlyFolder(String name) throws Exception {
        Path log = folder.resolve("log");
        RocksLog.builder(log).open().close();
        String shell = "mount --bind " + log + " " + log + " && mount -o remount,bind,ro " + log + " && exec \"$@\"";
        try (ChildProcess child = ChildProcess.start(
                "exec unshare --mount --map-root-user sh -c '" + shell + "' sh \"$@\"",
                folder.resolve(name),
                Sync.INTERVAL,
                1,
                100,
                0,
                "e")) {
            assertThat(child.rest().getFirst())
                    .contains(
                            "CannotOpenException",
                            "'" + folder.resolve(name) + "' can't be used by UID 0: ",
                            "Read-only file system",
                            "ReadWritePaths=");
        }
    }

    @Test
    void createsParentFolders() {
        Path deep = folder.resolve("a/b/c");
        try (RocksLog log = RocksLog.builder(deep).open()) {
            LogFixture.publish(log, "a", "1");
        }
        assertThat(deep.resolve("FORMAT")).exists();
    }

    @Test
    void reportsAMissingTable() throws IOException {
        fill();
        Path lost = tables().getFirst();
        Files.delete(lost);
        assertRefused(this::open, OpenFailure.DAMAGED, lost.getFileName().toString(), "Restore a backup");
    }

    @Test
    void reportsATruncatedTable() throws IOException {
        fill();
        Path broken = tables().getFirst();
        try (var channel = Files.newByteChannel(broken, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(broken) / 2);
        }
        assertRefused(this::open, OpenFailure.DAMAGED, broken.getFileName().toString());
    }

    private List<Path> tables() throws IOException {
        open().close(); // A start writes tables from the write-ahead log.
        try (var files = Files.list(folder.resolve(Engine.DATABASE))) {
            return files.filter(file -> file.toString().endsWith(".sst")).toList();
        }
    }
}
