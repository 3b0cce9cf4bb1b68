package dev.sluice.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Read;
import dev.sluice.storage.CannotOpen.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What rots is told from what a crash leaves, and nothing is touched before.
final class IntegrityTest {
    @TempDir
    Path folder;

    private Small small;
    private Path home;
    private Path manifest;
    private Path wal;
    private List<String> expected;

    @BeforeEach
    void fill() throws IOException {
        small = new Small(folder);
        home = Folders.copy(small.killed, folder.resolve("log"));
        manifest = Damage.files(home, "MANIFEST-.*").getLast();
        wal = Damage.wals(home).getLast();
        try (RocksLog log = Small.open(Folders.copy(small.killed, folder.resolve("whole")))) {
            expected = small.told(log);
        }
    }

    private Path database() {
        return home.resolve(Engine.DATABASE);
    }

    private static RecordFile.Reading read(byte[] bytes) throws IOException {
        return RecordFile.read(new ByteArrayInputStream(bytes), record -> {});
    }

    private static void assertEachBitTold(byte[] bytes, int from, int to) throws IOException {
        for (int bit = 8 * from; bit < 8 * to; bit++) {
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(read(bytes).isBroken()).as("bit %d", bit).isTrue();
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
        }
    }

    private void assertRefused(String... said) {
        Map<String, List<Byte>> before = files();
        assertThatThrownBy(() -> Small.open(home))
                .isInstanceOfSatisfying(
                        CannotOpen.class, cannot -> assertThat(cannot.reason()).isEqualTo(Reason.DAMAGED))
                .hasMessageContainingAll(said);
        assertThatThrownBy(() -> Inspection.of(home)).hasMessageContainingAll(said);
        assertThat(files()).as("nothing was touched").isEqualTo(before);
    }

    /// All but the lock of the folder.
    private Map<String, List<Byte>> files() {
        Map<String, List<Byte>> files = new TreeMap<>();
        try (var all = Files.walk(home)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (file.equals(home.resolve("LOCK"))) continue;
                byte[] bytes = Files.readAllBytes(file);
                files.put(
                        home.relativize(file).toString(), List.of((byte) bytes.length, (byte) Arrays.hashCode(bytes)));
            }
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        return files;
    }

    private List<String> salvaged() {
        assertThat(Salvage.of(home, Clock.systemUTC())).isNotNull();
        assertThat(Inspection.of(home).faults()).isEmpty();
        return told();
    }

    private List<String> told() {
        try (RocksLog log = Small.open(home)) {
            return small.told(log);
        }
    }

    // What rots.

    @Test
    void tellsEachBitOfTheManifest() throws IOException {
        byte[] bytes = Files.readAllBytes(manifest);
        assertThat(read(bytes)).isEqualTo(new RecordFile.Reading(false, false, 0));
        assertEachBitTold(bytes, 0, bytes.length);
    }

    @Test
    void tellsEachBitOfTheLastWrite() throws IOException {
        Framed last = Framed.of(wal).getLast();
        assertEachBitTold(Files.readAllBytes(wal), last.at(), last.end());
    }

    @Test
    void tellsEachBitOfALengthInTheWriteAheadLog() throws IOException {
        byte[] bytes = Files.readAllBytes(wal);
        for (Framed record : Framed.of(wal)) assertEachBitTold(bytes, record.lengthAt(), record.lengthAt() + 2);
    }

    @Test
    void tellsABitOfTheLastWriteThoughTheWriteHasZeros() throws IOException {
        Small.open(home).close();
        try (RocksLog log = Small.open(home)) {
            Hand.publish(log, "c/0", "begin " + "\0".repeat(3_000) + " end");
            log.stop(new LogUnavailable("a death, as this test wants", null));
        }
        wal = Damage.wals(home).getLast();
        Framed last = Framed.of(wal).getLast();
        assertEachBitTold(Files.readAllBytes(wal), last.end() - 40, last.end());
    }

    /// The record that creates the family of events, whose length runs beyond the end of the file then (D1).
    @Test
    void refusesAManifestWhoseFamiliesWouldBeMadeAnew() throws IOException {
        byte[] bytes = Files.readAllBytes(manifest);
        for (Framed record : Framed.of(manifest)) {
            if (text(bytes, record).contains("events")) {
                bytes[record.lengthAt() + 1] ^= 0x40;
                break;
            }
        }
        Files.write(manifest, bytes);
        assertRefused(manifest.toString(), "broken");
        assertThat(salvaged()).containsAll(events(expected));
    }

    private static String text(byte[] bytes, Framed record) {
        return new String(bytes, record.at(), record.end() - record.at(), ISO_8859_1);
    }

    private static List<String> events(List<String> told) {
        return told.stream().filter(line -> line.startsWith("c/")).toList();
    }

    /// In a length, in the data, and in the last write: which one it is, its checksum tells.
    @Test
    void salvagesEverythingWhereOneBitOfAWriteIsBroken() throws IOException {
        byte[] bytes = Files.readAllBytes(wal);
        List<Framed> records = Framed.of(wal);
        bytes[records.get(5).lengthAt() + 1] ^= 0x40;
        bytes[records.get(records.size() / 2).end() - 3] ^= 4;
        bytes[records.getLast().end() - 3] ^= 4;
        Files.write(wal, bytes);
        assertRefused(wal.toString(), "broken");
        assertThat(salvaged()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesToStartWithoutTheNewestWriteAheadLog(boolean isKilled) throws IOException {
        if (!isKilled) {
            Tree.remove(home);
            Folders.copy(small.closed, home);
        }
        Files.delete(Damage.wals(home).getLast());
        assertRefused("the newest file of the write-ahead log", "is missing");
        assertThat(Salvage.of(home, Clock.systemUTC())).isNotNull();
        try (RocksLog log = Small.open(home)) {
            Place begin = Place.at(Hand.at(log, small.begin.text()));
            assertThat(Hand.read(log, begin, "c/0"))
                    .as("somebody lost something")
                    .isInstanceOf(Read.Missing.class);
        }
    }

    @Test
    void refusesToStartWithoutAFamily() throws IOException {
        byte[] bytes = Files.readAllBytes(manifest);
        for (Framed record : Framed.of(manifest)) {
            if (text(bytes, record).contains("order")) {
                Files.write(manifest, Arrays.copyOf(bytes, record.at()));
                break;
            }
        }
        assertRefused(manifest.toString(), "broken");
    }

    @Test
    void refusesToStartWithoutItsDatabase() throws IOException {
        Tree.remove(database());
        Files.createDirectory(database());
        assertRefused("CURRENT", "missing");
    }

    // What a crash leaves.

    @Test
    void takesEachCutOfTheLastWritesForACrash() throws IOException {
        byte[] bytes = Files.readAllBytes(wal);
        List<Framed> records = Framed.of(wal);
        int from = records.get(records.size() - 4).at();
        for (int end = from; end < bytes.length; end++) {
            assertThat(read(Arrays.copyOf(bytes, end)).isBroken())
                    .as("cut at %d", end)
                    .isFalse();
        }
        for (int end = from / 512 * 512 + 512; end < bytes.length; end += 512) {
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(bytes, end), bytes.length + 2_000);
            assertThat(read(zeros).isBroken()).as("zeros from %d", end).isFalse();
        }
    }

    /// A power loss leaves whole sectors, and zeros for those that the disk never got.
    @Test
    void opensWhereSectorsWereNeverWritten() throws IOException {
        byte[] bytes = Files.readAllBytes(wal);
        int cut = (bytes.length - 700) / 512 * 512;
        Files.write(wal, Arrays.copyOf(Arrays.copyOf(bytes, cut), bytes.length));
        assertThat(Inspection.of(home).torn())
                .singleElement()
                .satisfies(torn -> assertThat(torn.file()).isEqualTo(wal));
        List<String> told = told();
        assertThat(told).isNotEmpty();
        assertThat(expected).containsAll(events(told));
        assertThat(Inspection.of(home).torn()).isEmpty();
    }

    /// The MANIFEST's last record, as far as a death let it come.
    @ParameterizedTest
    @ValueSource(ints = {3, 7, 20})
    void opensWhereTheManifestIsCutShort(int there) throws IOException {
        byte[] bytes = Files.readAllBytes(manifest);
        Framed last = Framed.of(manifest).getLast();
        byte[] torn = Arrays.copyOf(bytes, bytes.length + there);
        System.arraycopy(bytes, last.at(), torn, bytes.length, Math.min(there, last.end() - last.at() - 1));
        Files.write(manifest, torn);
        assertThat(Inspection.of(home).torn()).containsExactly(new TornTail(manifest, there));
        assertThat(told()).isEqualTo(expected);
    }

    /// First there is a database with one family; then the others come, one by one; then FORMAT.
    @Test
    void opensWhatADeathKeptFromBeingMade() throws IOException {
        Path young = folder.resolve("young");
        Engine.open(young, null).close();
        Path made = Damage.files(young, "MANIFEST-.*").getLast();
        byte[] bytes = Files.readAllBytes(made);
        Files.delete(Format.file(young));
        int others = new String(bytes, ISO_8859_1).indexOf("events");
        for (Framed record : Framed.of(made)) {
            if (record.end() < others) continue;
            Path copy = Folders.copy(young, folder.resolve("young" + record.at()));
            Files.write(copy.resolve(young.relativize(made)), Arrays.copyOf(bytes, record.at()));
            try (RocksLog log = Small.open(copy)) {
                Hand.publish(log, "a", "1");
            }
        }
    }
}
