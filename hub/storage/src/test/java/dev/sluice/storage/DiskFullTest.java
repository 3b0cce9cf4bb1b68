package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestLog;
import dev.sluice.storage.folder.Sync;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A full disk, and one that fails.
final class DiskFullTest {
    @TempDir
    Path folder;

    @Test
    void refusesPublishesBelowTheReserveAndKeepsReading() {
        Cursor first;
        try (RocksLog log = RocksLog.builder(folder).reserveBytes(0).open()) {
            first = ((AppendResult.Placed) LogFixture.once(log, "a", "k", "1")).id();
        }
        try (RocksLog log =
                RocksLog.builder(folder).reserveBytes(Long.MAX_VALUE / 2).open()) {
            AppendResult outcome = TestLog.get(log.append(LogFixture.publication("a", "2")));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            AppendResult.Full.class,
                            full -> assertThat(full.detail()).contains("MB left", "by itself"));
            AppendResult.Batch batch = TestLog.get(log.appendAll(List.of(LogFixture.publication("a", "2"))));
            assertThat(batch)
                    .isInstanceOfSatisfying(
                            AppendResult.Batch.None.class,
                            none -> assertThat(none.refusal()).isInstanceOf(AppendResult.Full.class));
            assertThat(LogFixture.once(log, "a", "k", "1")).isEqualTo(new AppendResult.Same(first));
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "a"), "a"))
                    .containsExactly("1");
        }
    }

    @Test
    void acceptsRevocationsAndTheirAuditWithinTheReserve() {
        try (RocksLog log =
                RocksLog.builder(folder).reserveBytes(Long.MAX_VALUE / 2).open()) {
            AppendResult outcome = TestLog.get(log.append(LogFixture.publication(HubChannels.REVOKED.value(), "{}")));
            assertThat(outcome).isInstanceOf(AppendResult.Placed.class);
            Content who = new Content(ContentKind.JSON, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            Draft revoked = Draft.event(HubChannels.AUDIT, HubChannels.REVOKED_ACTION, who);
            assertThat(TestLog.get(log.append(new Publication(revoked, Conditions.NONE))))
                    .isInstanceOf(AppendResult.Placed.class);
            Draft deleted = Draft.event(HubChannels.AUDIT, "deleted", who);
            assertThat(TestLog.get(log.append(new Publication(deleted, Conditions.NONE))))
                    .isInstanceOf(AppendResult.Full.class);
        }
    }

    /// A file system of 512 MB with a reserve of half of it.
    @Test
    void stopsBeforeASmallDiskIsFullAndResumesWhenSpaceIsFreed() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String shell = "mount -t tmpfs -o size=512m tmpfs " + disk + " && exec \"$@\"";
        try (ChildProcess child = ChildProcess.start(
                "exec unshare --mount --map-root-user sh -c '" + shell + "' sh \"$@\"",
                disk.resolve("log"),
                Sync.INTERVAL,
                4,
                20_000,
                256L << 20,
                "e")) {
            List<String> printed = child.rest();
            assertThat(printed).startsWith("open").noneMatch(line -> line.startsWith("failed"));
            assertThat(printed.stream().filter(line -> line.startsWith("full"))).hasSize(4);
            long acknowledged =
                    printed.stream().filter(line -> line.contains(" c/")).count();
            assertThat(printed).contains("read " + acknowledged, "end Placed");
        }
    }

    /// RocksDB does not compact without space for it, so each start adds a table.
    @Test
    @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void startsAnyNumberOfTimesOnADiskFilledBySomethingElse() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String shell = "mount -t tmpfs -o size=512m tmpfs " + disk + " && exec \"$@\"";
        try (ChildProcess child = ChildProcess.start(
                "exec unshare --mount --map-root-user sh -c '" + shell + "' sh \"$@\"",
                RestartingProgram.class,
                disk.toString(),
                "40")) {
            assertThat(child.rest()).hasSize(40).containsOnly("open");
        }
    }

    /// Damage would be a reason to throw away an intact log.
    @Test
    void reportsAFullDiskAtTheStartInsteadOfDamage() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String shell = "mount -t tmpfs -o size=64m tmpfs " + disk + " && exec \"$@\"";
        try (ChildProcess child = ChildProcess.start(
                "exec unshare --mount --map-root-user sh -c '" + shell + "' sh \"$@\"",
                FullDiskProgram.class,
                disk.toString())) {
            List<String> printed = child.rest();
            assertThat(printed).hasSize(3);
            assertThat(printed.get(0)).startsWith("NO_ROOM").contains("its disk is full");
            assertThat(printed.get(1)).isEqualTo("0 faults");
            assertThat(printed.get(2)).isEqualTo("100 events");
        }
    }

    /// Files are limited to 18 MB, the space that the native library needs: beyond, writing fails as on a broken disk.
    /// A write-ahead log file of less than 16 MB accepts more, here 7 MB at a time.
    @Test
    void neverAcknowledgesAFailedWrite() throws Exception {
        try (ChildProcess child =
                ChildProcess.start("ulimit -f 36864; exec \"$@\"", folder, Sync.INTERVAL, 4, 5_000_000, 0, "e")) {
            List<String> printed = child.rest();
            assertThat(printed.stream().filter(line -> line.startsWith("failed")))
                    .hasSize(4)
                    .allMatch(line -> line.contains("The log's disk failed"));
            List<Cursor> acknowledged = printed.stream()
                    .filter(line -> line.contains(" c/"))
                    .map(line ->
                            Cursor.parse(line.substring(0, line.indexOf(' '))).orElseThrow())
                    .sorted()
                    .toList();
            assertThat(acknowledged).isNotEmpty();
            assertThat(printed).contains("read " + acknowledged.size());
            try (RocksLog log = RocksLog.builder(folder)
                    .retention(channel -> Retention.ALL)
                    .reserveBytes(0)
                    .open()) {
                assertThat(LogFixture.entries(log, LogFixture.earliest(log, "**"), "**"))
                        .extracting(Entry::id)
                        .containsAll(acknowledged);
            }
        }
    }
}
