package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disk without room, and one that fails.
final class DiskFullTest {
    @TempDir
    Path folder;

    @Test
    void takesNothingBelowItsReserveAndReadsOn() {
        Cursor first;
        try (RocksLog log = RocksLog.builder(folder).reserveBytes(0).open()) {
            first = ((Appended.Placed) Hand.once(log, "a", "k", "1")).id();
        }
        try (RocksLog log =
                RocksLog.builder(folder).reserveBytes(Long.MAX_VALUE / 2).open()) {
            Appended outcome = TestLog.get(log.append(Hand.publication("a", "2")));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Appended.Full.class,
                            full -> assertThat(full.detail()).contains("MB left", "by itself"));
            Appended.Batch batch = TestLog.get(log.appendAll(List.of(Hand.publication("a", "2"))));
            assertThat(batch)
                    .isInstanceOfSatisfying(
                            Appended.Batch.None.class,
                            none -> assertThat(none.refusal()).isInstanceOf(Appended.Full.class));
            assertThat(Hand.once(log, "a", "k", "1")).isEqualTo(new Appended.Same(first));
            assertThat(Hand.words(log, Hand.earliest(log, "a"), "a")).containsExactly("1");
        }
    }

    /// A file system of 512 MB, of which half is to stay free.
    @Test
    void stopsBeforeASmallDiskIsFullAndGoesOnWhenThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String shell = "mount -t tmpfs -o size=512m tmpfs " + disk + " && exec \"$@\"";
        try (Child child = Child.start(
                "exec unshare --mount --map-root-user sh -c '" + shell + "' sh \"$@\"",
                disk.resolve("log"),
                Sync.INTERVAL,
                4,
                20_000,
                256L << 20,
                "e")) {
            List<String> said = child.rest();
            assertThat(said).startsWith("open").noneMatch(line -> line.startsWith("failed"));
            assertThat(said.stream().filter(line -> line.startsWith("full"))).hasSize(4);
            long acknowledged =
                    said.stream().filter(line -> line.contains(" c/")).count();
            assertThat(said).contains("read " + acknowledged, "end Placed");
        }
    }

    /// RocksDB cleans nothing up where it lacks the room for that, and each start leaves it one table more.
    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void startsHoweverOftenOnADiskThatSomethingElseHasFilled() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String shell = "mount -t tmpfs -o size=512m tmpfs " + disk + " && exec \"$@\"";
        try (Child child = Child.start(
                "exec unshare --mount --map-root-user sh -c '" + shell + "' sh \"$@\"",
                Restarting.class,
                disk.toString(),
                "40")) {
            assertThat(child.rest()).hasSize(40).containsOnly("open");
        }
    }

    /// Damage would be a reason to throw away what is there.
    @Test
    void saysAtTheStartThatThereIsNoRoomAndNotThatItIsDamaged() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String shell = "mount -t tmpfs -o size=64m tmpfs " + disk + " && exec \"$@\"";
        try (Child child = Child.start(
                "exec unshare --mount --map-root-user sh -c '" + shell + "' sh \"$@\"",
                StartingWithoutRoom.class,
                disk.toString())) {
            List<String> said = child.rest();
            assertThat(said).hasSize(3);
            assertThat(said.get(0)).startsWith("NO_ROOM").contains("no room on its disk");
            assertThat(said.get(1)).isEqualTo("0 faults");
            assertThat(said.get(2)).isEqualTo("100 events");
        }
    }

    /// No file may grow beyond 18 MB, as much as the native library needs: then writing fails as on a disk that is
    /// broken. A file of the write-ahead log that has less than 16 MB takes more, here 7 MB at a time.
    @Test
    void acknowledgesNothingThatADiskDidNotTake() throws Exception {
        try (Child child = Child.start("ulimit -f 36864; exec \"$@\"", folder, Sync.INTERVAL, 4, 5_000_000, 0, "e")) {
            List<String> said = child.rest();
            assertThat(said.stream().filter(line -> line.startsWith("failed")))
                    .hasSize(4)
                    .allMatch(line -> line.contains("The log's disk failed"));
            List<Cursor> acknowledged = said.stream()
                    .filter(line -> line.contains(" c/"))
                    .map(line ->
                            Cursor.parse(line.substring(0, line.indexOf(' '))).orElseThrow())
                    .sorted()
                    .toList();
            assertThat(acknowledged).isNotEmpty();
            assertThat(said).contains("read " + acknowledged.size());
            try (RocksLog log = RocksLog.builder(folder)
                    .retention(channel -> Retention.ALL)
                    .reserveBytes(0)
                    .open()) {
                assertThat(Hand.entries(log, Hand.earliest(log, "**"), "**"))
                        .extracting(Entry::id)
                        .containsAll(acknowledged);
            }
        }
    }
}
