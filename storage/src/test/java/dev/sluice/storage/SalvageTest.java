package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.CannotOpen.Reason;
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

/// Real files of a log, damaged in many places: the start refuses, and salvaging keeps what can be read.
final class SalvageTest {
    private static final int CHANNELS = 7;
    private static final int EVENTS = 3_000;

    @TempDir
    Path folder;

    private final TreeMap<Cursor, String> given = new TreeMap<>();
    private final Map<Cursor, String> channels = new LinkedHashMap<>();

    private RocksLog open() {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .tailBytes(1_000)
                .open();
    }

    /// Two thirds in tables, the rest in the write-ahead log.
    @BeforeEach
    void fill() {
        for (int life = 0; life < 3; life++) {
            try (RocksLog log = open()) {
                for (int i = 0; i < EVENTS / 3; i++) {
                    String channel = "c/" + i % CHANNELS;
                    String data = "event " + given.size() + " x".repeat(i % 90);
                    Cursor id = Hand.publish(log, channel, data);
                    given.put(id, data);
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

    private void assertRefused(String... said) {
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        CannotOpen.class, cannot -> assertThat(cannot.reason()).isEqualTo(Reason.DAMAGED))
                .hasMessageContainingAll(said)
                .hasMessageContaining("salvage what can be read")
                .hasMessageNotContaining("\n");
    }

    /// Salvages, and says which ids are lost: each reader in front of one is told, and nobody else is.
    private List<Cursor> salvage() {
        return salvage(true);
    }

    /// The same, where nobody knows exactly what is lost.
    private List<Cursor> salvageTellingTooMuch() {
        return salvage(false);
    }

    private List<Cursor> salvage(boolean isExact) {
        Salvage salvage = Salvage.of(folder, Clock.systemUTC());
        assertThat(salvage).isNotNull();
        assertThat(salvage.aside()).isNotEmptyDirectory();
        List<Cursor> lost = new ArrayList<>(given.keySet());
        try (RocksLog log = open()) {
            for (Entry entry : all(log, Place.at(new Cursor(given.firstKey().epoch(), 0)), "**")) {
                assertThat(Contents.word(entry)).isEqualTo(given.get(entry.id()));
                lost.remove(entry.id());
            }
            assertThat(salvage.entries()).isEqualTo(given.size() - lost.size());
            for (int i = 0; i < CHANNELS; i++) assertTold(log, "c/" + i, lost, isExact);
            for (int i = 0; i < 10; i++) {
                Cursor id = Hand.publish(log, "c/1", "new");
                assertThat(given).doesNotContainKey(id);
                assertThat(id).isGreaterThan(given.lastKey());
            }
            if (!lost.contains(given.lastKey())) {
                assertThat(Hand.words(log, Place.at(Hand.at(log, given.lastKey().text())), "**"))
                        .hasSize(10);
            }
        }
        assertThat(Inspection.of(folder).faults()).isEmpty();
        assertThat(Salvage.of(folder, Clock.systemUTC())).as("all is sound now").isNull();
        return lost;
    }

    private void assertTold(RocksLog log, String channel, List<Cursor> lost, boolean isExact) {
        List<Cursor> ids = given.keySet().stream()
                .filter(id -> channels.get(id).equals(channel))
                .toList();
        Cursor lastLost = ids.stream()
                .filter(lost::contains)
                .reduce((one, other) -> other)
                .orElse(null);
        for (int i = 0; i < ids.size(); i += 50) {
            Cursor id = ids.get(i);
            boolean isTold = Hand.read(log, Place.at(Hand.at(log, id.text())), channel) instanceof Read.Missing;
            if (isTold && !isExact) continue;
            assertThat(isTold)
                    .as("%s of %s, of which %s was lost last", id, channel, lastLost)
                    .isEqualTo(lastLost != null && id.isBefore(lastLost));
        }
    }

    /// All up to the head, over the gap that it may begin with.
    private static List<Entry> all(RocksLog log, Place from, String selection) {
        if (!(Hand.read(log, from, selection) instanceof Read.Missing missing))
            return Hand.entries(log, from, selection);
        assertThat(missing.gap().reason()).isEqualTo(Gap.Reason.TRIMMED);
        return Hand.entries(log, missing.resume(), selection);
    }

    @Test
    void losesABlockOfATable() throws Exception {
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
    void losesNothingWithTheOrderOfAllChannels() throws Exception {
        Damage.flip(table("order"), 0.5);
        assertThat(salvage()).isEmpty();
    }

    @Test
    void losesNothingWithTheListOfTables() throws Exception {
        Path list = files("MANIFEST.*").getLast();
        try (RandomAccessFile bytes = new RandomAccessFile(list.toFile(), "rw")) {
            bytes.write(new byte[300]);
        }
        assertRefused("is damaged");
        assertThat(salvage()).isEmpty();
    }

    @Test
    void losesNothingWithTheNameOfThatList() throws Exception {
        Files.delete(database().resolve("CURRENT"));
        assertRefused("CURRENT", "missing");
        assertThat(salvage()).isEmpty();
    }

    @Test
    void losesNothingWithTheFormat() throws Exception {
        Files.delete(Format.file(folder));
        assertRefused("FORMAT", "missing");
        assertThat(salvage()).isEmpty();
    }

    @Test
    void losesAWriteInTheMidstOfTheWriteAheadLog() throws Exception {
        Path wal = files("[0-9]+\\.log").getLast();
        Damage.spoil(folder, "event 2500 ");
        assertRefused(wal.getFileName().toString(), "broken in its midst");
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
        assertRefused("broken in its midst");
        List<Cursor> ids = List.copyOf(given.keySet());
        assertThat(salvageTellingTooMuch()).hasSizeBetween(2, 250).isSubsetOf(ids.subList(EVENTS * 2 / 3, EVENTS));
    }

    @Test
    void saysThatNothingCanBeRead() throws Exception {
        for (Path file : files(".*\\.(sst|log)|MANIFEST.*")) Files.write(file, new byte[10_000]);
        assertRefused("is damaged");
        assertThatThrownBy(() -> Salvage.of(folder, Clock.systemUTC()))
                .isInstanceOf(CannotOpen.class)
                .hasMessageContaining("Nothing of the log in '" + folder + "' can be read")
                .hasMessageNotContaining("\n");
        assertThat(files(".*\\.sst")).isNotEmpty();
    }

    @Test
    void leavesNothingWhereItFailsAndCanBeTriedAgain() throws Exception {
        Files.delete(database().resolve("CURRENT"));
        Path unreadable = Files.createDirectory(database().resolve("999999.log"));
        assertThatThrownBy(() -> Salvage.of(folder, Clock.systemUTC()))
                .isInstanceOfSatisfying(
                        CannotOpen.class, cannot -> assertThat(cannot.reason()).isEqualTo(Reason.NO_ACCESS))
                .hasMessageContaining("can't be salvaged");
        assertThat(folder.resolve("salvage")).doesNotExist();
        Files.delete(unreadable);
        assertThat(salvage()).isEmpty();
    }

    /// A death between the two renames of the exchange.
    @Test
    void isFinishedByTheNextStart() throws Exception {
        Files.delete(database().resolve("CURRENT"));
        assertThat(salvage()).isEmpty();
        Files.move(database(), folder.resolve("db.salvaged"));
        try (RocksLog log = open()) {
            assertThat(Hand.words(log, Hand.earliest(log, "**"), "**"))
                    .containsAll(given.values())
                    .hasSize(EVENTS + 10);
        }
    }
}
