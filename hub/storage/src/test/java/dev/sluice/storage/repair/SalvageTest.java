package dev.sluice.storage.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.LogFixture;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.engine.Damage;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.Format;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log's files, damaged in many places: the start refuses them, and salvaging keeps everything readable.
final class SalvageTest {
    private static final int CHANNELS = 7;
    private static final int EVENTS = 3_000;

    @TempDir
    Path folder;

    private final TreeMap<Cursor, String> published = new TreeMap<>();
    private final Map<Cursor, String> channels = new LinkedHashMap<>();

    private RocksLog open() {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .limits(limits -> limits.tailBytes(1_000))
                .open();
    }

    /// Two thirds of the events are in tables, the rest in the write-ahead log.
    @BeforeEach
    void fill() {
        for (int start = 0; start < 3; start++) {
            try (RocksLog log = open()) {
                for (int i = 0; i < EVENTS / 3; i++) {
                    String channel = "c/" + i % CHANNELS;
                    String data = "event " + published.size() + " x".repeat(i % 90);
                    Cursor id = LogFixture.publish(log, channel, data);
                    published.put(id, data);
                    channels.put(id, channel);
                }
            }
        }
    }

    private Path database() {
        return folder.resolve(Engine.DATABASE);
    }

    private List<Path> files(String name) throws IOException {
        return Damage.files(folder, name);
    }

    /// The largest table of a family.
    private Path table(String family) throws Exception {
        return Damage.tables(folder, family).getLast();
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        CannotOpenException.class,
                        cannot -> assertThat(cannot.reason()).isEqualTo(OpenFailure.DAMAGED))
                .hasMessageContainingAll(parts)
                .hasMessageContaining("salvage what can be read")
                .hasMessageNotContaining("\n");
    }

    /// Salvages, and checks that exactly the readers before a lost event get a gap.
    ///
    /// @return the lost ids
    private List<Cursor> salvage() {
        return salvage(true);
    }

    /// Salvages where the exact losses are unknown: readers of other events may get a gap too.
    private List<Cursor> salvageInexactly() {
        return salvage(false);
    }

    private List<Cursor> salvage(boolean isExact) {
        Salvage salvage = Salvage.of(folder, Clock.systemUTC());
        assertThat(salvage).isNotNull();
        assertThat(salvage.aside()).isNotEmptyDirectory();
        List<Cursor> lost = new ArrayList<>(published.keySet());
        try (RocksLog log = open()) {
            for (Entry entry :
                    all(log, ReadCursor.at(new Cursor(published.firstKey().epoch(), 0)), "**")) {
                assertThat(Contents.describe(entry)).isEqualTo(published.get(entry.id()));
                lost.remove(entry.id());
            }
            assertThat(salvage.entries()).isEqualTo(published.size() - lost.size());
            for (int i = 0; i < CHANNELS; i++) assertGaps(log, "c/" + i, lost, isExact);
            for (int i = 0; i < 10; i++) {
                Cursor id = LogFixture.publish(log, "c/1", "new");
                assertThat(published).doesNotContainKey(id);
                assertThat(id).isGreaterThan(published.lastKey());
            }
            if (!lost.contains(published.lastKey())) {
                assertThat(LogFixture.words(
                                log,
                                ReadCursor.at(
                                        LogFixture.at(log, published.lastKey().text())),
                                "**"))
                        .hasSize(10);
            }
        }
        assertThat(Inspection.of(folder).faults()).isEmpty();
        assertThat(Salvage.of(folder, Clock.systemUTC()))
                .as("the salvaged log is intact")
                .isNull();
        return lost;
    }

    private void assertGaps(RocksLog log, String channel, List<Cursor> lost, boolean isExact) {
        List<Cursor> ids = published.keySet().stream()
                .filter(id -> channels.get(id).equals(channel))
                .toList();
        Cursor lastLost = ids.stream()
                .filter(lost::contains)
                .reduce((one, other) -> other)
                .orElse(null);
        for (int i = 0; i < ids.size(); i += 50) {
            Cursor id = ids.get(i);
            boolean hasGap =
                    LogFixture.read(log, ReadCursor.at(LogFixture.at(log, id.text())), channel) instanceof Read.Missing;
            if (hasGap && !isExact) continue;
            assertThat(hasGap)
                    .as("%s of %s, of which %s was lost last", id, channel, lastLost)
                    .isEqualTo(lastLost != null && id.isBefore(lastLost));
        }
    }

    /// All entries up to the head, after a gap at the beginning if there is one.
    private static List<Entry> all(RocksLog log, ReadCursor from, String selection) {
        if (!(LogFixture.read(log, from, selection) instanceof Read.Missing missing))
            return LogFixture.entries(log, from, selection);
        assertThat(missing.gap().reason()).isEqualTo(GapReason.TRIMMED);
        return LogFixture.entries(log, missing.resume(), selection);
    }

    @Test
    void losesOneBlockOfATable() throws Exception {
        Damage.flip(table("events"), 0.4);
        assertThat(Inspection.of(folder).faults()).isNotEmpty();
        assertThat(salvage()).hasSizeBetween(1, 200);
    }

    @Test
    void losesBlocksInManyPlaces() throws Exception {
        for (double where : List.of(0.001, 0.1, 0.3, 0.31, 0.7, 0.85)) Damage.flip(table("events"), where);
        assertThat(salvage()).hasSizeBetween(6, 1_000);
    }

    @Test
    void losesATableWhoseEndIsBroken() throws Exception {
        Path table = table("events");
        try (RandomAccessFile bytes = new RandomAccessFile(table.toFile(), "rw")) {
            bytes.setLength(bytes.length() - 20);
        }
        assertRefused(table.getFileName().toString());
        assertThat(salvage()).hasSizeBetween(100, 2_500);
    }

    @Test
    void losesNothingIfTheOrderOfAllChannelsIsDamaged() throws Exception {
        Damage.flip(table("order"), 0.5);
        assertThat(salvage()).isEmpty();
    }

    @Test
    void losesNothingIfTheManifestIsDamaged() throws Exception {
        Path list = files("MANIFEST.*").getLast();
        try (RandomAccessFile bytes = new RandomAccessFile(list.toFile(), "rw")) {
            bytes.write(new byte[300]);
        }
        assertRefused("is damaged");
        assertThat(salvage()).isEmpty();
    }

    @Test
    void losesNothingIfCurrentIsMissing() throws Exception {
        Files.delete(database().resolve("CURRENT"));
        assertRefused("CURRENT", "missing");
        assertThat(salvage()).isEmpty();
    }

    @Test
    void losesNothingIfTheFormatIsMissing() throws Exception {
        Files.delete(Format.file(folder));
        assertRefused("FORMAT", "missing");
        assertThat(salvage()).isEmpty();
    }

    @Test
    void losesOneWriteInTheMiddleOfTheWriteAheadLog() throws Exception {
        Path wal = files("[0-9]+\\.log").getLast();
        Damage.spoil(folder, "event 2500 ");
        assertRefused(wal.getFileName().toString(), "broken in the middle");
        assertThat(salvage()).hasSize(1);
    }

    @Test
    void losesWritesInManyPlacesOfTheWriteAheadLog() throws Exception {
        Path wal = files("[0-9]+\\.log").getLast();
        try (RandomAccessFile bytes = new RandomAccessFile(wal.toFile(), "rw")) {
            bytes.seek(20_000);
            bytes.write(new byte[5_000]);
        }
        Damage.spoil(folder, "event 2910 ");
        assertRefused("broken in the middle");
        List<Cursor> ids = List.copyOf(published.keySet());
        assertThat(salvageInexactly()).hasSizeBetween(2, 250).isSubsetOf(ids.subList(EVENTS * 2 / 3, EVENTS));
    }

    @Test
    void reportsThatNothingCanBeRead() throws Exception {
        for (Path file : files(".*\\.(sst|log)|MANIFEST.*")) Files.write(file, new byte[10_000]);
        assertRefused("is damaged");
        assertThatThrownBy(() -> Salvage.of(folder, Clock.systemUTC()))
                .isInstanceOf(CannotOpenException.class)
                .hasMessageContaining("Nothing of the log in '" + folder + "' can be read")
                .hasMessageNotContaining("\n");
        assertThat(files(".*\\.sst")).isNotEmpty();
    }

    @Test
    void removesItsFilesAfterAFailureAndCanBeRetried() throws Exception {
        Files.delete(database().resolve("CURRENT"));
        Path unreadable = Files.createDirectory(database().resolve("999999.log"));
        assertThatThrownBy(() -> Salvage.of(folder, Clock.systemUTC()))
                .isInstanceOfSatisfying(
                        CannotOpenException.class,
                        cannot -> assertThat(cannot.reason()).isEqualTo(OpenFailure.NO_ACCESS))
                .hasMessageContaining("can't be salvaged");
        assertThat(folder.resolve("salvage")).doesNotExist();
        Files.delete(unreadable);
        assertThat(salvage()).isEmpty();
    }

    /// A crash between the two renames.
    @Test
    void isCompletedByTheNextStart() throws Exception {
        Files.delete(database().resolve("CURRENT"));
        assertThat(salvage()).isEmpty();
        Files.move(database(), folder.resolve("db.salvaged"));
        try (RocksLog log = open()) {
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "**"), "**"))
                    .containsAll(published.values())
                    .hasSize(EVENTS + 10);
        }
    }
}
