package dev.sluice.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.LoggedLines;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Read;
import dev.sluice.storage.engine.Damage;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.FolderTree;
import dev.sluice.storage.engine.Format;
import dev.sluice.storage.engine.Framed;
import dev.sluice.storage.engine.RecordFile;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.TornTail;
import dev.sluice.storage.repair.Inspection;
import dev.sluice.storage.repair.Salvage;
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

/// Damage is distinguished from the effects of a crash, before anything is changed.
final class IntegrityTest {
    @TempDir
    Path folder;

    private SmallLog small;
    private Path home;
    private Path manifest;
    private Path wal;
    private List<String> expected;

    @BeforeEach
    void fill() throws IOException {
        small = new SmallLog(folder);
        home = Folders.copy(small.killed, folder.resolve("log"));
        manifest = Damage.files(home, "MANIFEST-.*").getLast();
        wal = Damage.wals(home).getLast();
        try (RocksLog log = SmallLog.open(Folders.copy(small.killed, folder.resolve("whole")))) {
            expected = small.dump(log);
        }
    }

    private Path database() {
        return home.resolve(Engine.DATABASE);
    }

    private static RecordFile.Reading read(byte[] bytes) throws IOException {
        return RecordFile.read(new ByteArrayInputStream(bytes), record -> {});
    }

    private static void assertEachBitDetected(byte[] bytes, int from, int to) throws IOException {
        for (int bit = 8 * from; bit < 8 * to; bit++) {
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(read(bytes).isBroken()).as("bit %d", bit).isTrue();
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
        }
    }

    private void assertRefused(String... parts) {
        Map<String, List<Byte>> before = files();
        assertThatThrownBy(() -> SmallLog.open(home))
                .isInstanceOfSatisfying(
                        CannotOpenException.class,
                        cannot -> assertThat(cannot.reason()).isEqualTo(OpenFailure.DAMAGED))
                .hasMessageContainingAll(parts);
        assertThatThrownBy(() -> Inspection.of(home)).hasMessageContainingAll(parts);
        assertThat(files()).as("nothing was touched").isEqualTo(before);
    }

    /// All files except the folder's lock.
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
        return dump();
    }

    private List<String> dump() {
        try (RocksLog log = SmallLog.open(home)) {
            return small.dump(log);
        }
    }

    // Damage.

    @Test
    void detectsEachFlippedBitOfTheManifest() throws IOException {
        byte[] bytes = Files.readAllBytes(manifest);
        assertThat(read(bytes)).isEqualTo(new RecordFile.Reading(false, false, 0));
        assertEachBitDetected(bytes, 0, bytes.length);
    }

    @Test
    void detectsEachFlippedBitOfTheLastWrite() throws IOException {
        Framed last = Framed.of(wal).getLast();
        assertEachBitDetected(Files.readAllBytes(wal), last.at(), last.end());
    }

    @Test
    void detectsEachFlippedBitOfALengthInTheWriteAheadLog() throws IOException {
        byte[] bytes = Files.readAllBytes(wal);
        for (Framed record : Framed.of(wal)) assertEachBitDetected(bytes, record.lengthAt(), record.lengthAt() + 2);
    }

    /// More than one bit is not mended, and no crash leaves it either, as long as the length is right.
    @Test
    void detectsTwoFlippedBitsAnywhereInTheLastWrite() throws IOException {
        Framed last = Framed.of(wal).getLast();
        byte[] bytes = Files.readAllBytes(wal);
        for (int at = last.at(); at < last.end() - 1; at++) {
            if (at >= last.lengthAt() - 1 && at <= last.lengthAt() + 1) continue;
            bytes[at] ^= 1;
            bytes[at + 1] ^= 1;
            assertThat(read(bytes)).as("at %d", at).isEqualTo(new RecordFile.Reading(true, true, 0));
            bytes[at] ^= 1;
            bytes[at + 1] ^= 1;
        }
    }

    @Test
    void detectsAFlippedBitOfALastWriteWithZeros() throws IOException {
        SmallLog.open(home).close();
        try (RocksLog log = SmallLog.open(home)) {
            LogFixture.publish(log, "c/0", "begin " + "\0".repeat(3_000) + " end");
            log.stop(new LogUnavailableException("a crash, simulated by the test", null));
        }
        wal = Damage.wals(home).getLast();
        Framed last = Framed.of(wal).getLast();
        assertEachBitDetected(Files.readAllBytes(wal), last.end() - 40, last.end());
    }

    /// Damages the record that creates the family of events: its length then exceeds the file (D1).
    @Test
    void refusesAManifestWhoseFamiliesWouldBeRecreated() throws IOException {
        breakTheFamilyOfEvents();
        assertRefused(manifest.toString(), "broken");
        assertThat(salvaged()).containsAll(events(expected));
    }

    /// RocksDB has everything else that it needs here, and would silently begin with an empty family.
    @Test
    void refusesAManifestOfAFirstStartWhoseFamiliesWouldBeRecreated() throws IOException {
        home = folder.resolve("first");
        try (RocksLog log = SmallLog.open(home)) {
            LogFixture.publish(log, "c/0", "1");
            log.stop(new LogUnavailableException("a crash, as this test wants", null));
        }
        manifest = Damage.files(home, "MANIFEST-.*").getLast();
        breakTheFamilyOfEvents();
        assertRefused(manifest.toString(), "broken");
    }

    private void breakTheFamilyOfEvents() throws IOException {
        byte[] bytes = Files.readAllBytes(manifest);
        for (Framed record : Framed.of(manifest)) {
            if (text(bytes, record).contains("events")) {
                bytes[record.lengthAt() + 1] ^= 0x40;
                break;
            }
        }
        Files.write(manifest, bytes);
    }

    private static String text(byte[] bytes, Framed record) {
        return new String(bytes, record.at(), record.end() - record.at(), ISO_8859_1);
    }

    private static List<String> events(List<String> dump) {
        return dump.stream().filter(line -> line.startsWith("c/")).toList();
    }

    /// One bit in a length, in data, and in the last write; the checksums identify them.
    @Test
    void salvagesWritesWithOneFlippedBit() throws IOException {
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
    void refusesToStartWithoutTheNewestWriteAheadLog(boolean wasKilled) throws IOException {
        if (!wasKilled) {
            FolderTree.remove(home);
            Folders.copy(small.closed, home);
        }
        Files.delete(Damage.wals(home).getLast());
        assertRefused("the newest file of the write-ahead log", "is missing");
        assertThat(Salvage.of(home, Clock.systemUTC())).isNotNull();
        try (RocksLog log = SmallLog.open(home)) {
            ReadCursor begin = ReadCursor.at(LogFixture.at(log, small.begin.text()));
            assertThat(LogFixture.read(log, begin, "c/0"))
                    .as("a channel has lost something")
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
        FolderTree.remove(database());
        Files.createDirectory(database());
        assertRefused("CURRENT", "missing");
    }

    // Effects of a crash.

    @Test
    void treatsEachCutOfTheLastWritesAsACrash() throws IOException {
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

    /// A loss of power leaves complete sectors, and zeros for those that were never written.
    @Test
    void opensWhereSectorsWereNeverWritten() throws IOException {
        byte[] bytes = Files.readAllBytes(wal);
        int cut = (bytes.length - 700) / 512 * 512;
        Files.write(wal, Arrays.copyOf(Arrays.copyOf(bytes, cut), bytes.length));
        assertThat(Inspection.of(home).torn())
                .singleElement()
                .satisfies(torn -> assertThat(torn.file()).isEqualTo(wal));
        List<String> dump = dump();
        assertThat(dump).isNotEmpty();
        assertThat(expected).containsAll(events(dump));
        assertThat(Inspection.of(home).torn()).isEmpty();
    }

    /// The MANIFEST's last record, cut short by a crash.
    @ParameterizedTest
    @ValueSource(ints = {3, 7, 20})
    void opensWhereTheManifestIsCutShort(int there) throws IOException {
        byte[] bytes = Files.readAllBytes(manifest);
        Framed last = Framed.of(manifest).getLast();
        byte[] torn = Arrays.copyOf(bytes, bytes.length + there);
        System.arraycopy(bytes, last.at(), torn, bytes.length, Math.min(there, last.end() - last.at() - 1));
        Files.write(manifest, torn);
        assertThat(Inspection.of(home).torn()).containsExactly(new TornTail(manifest, there));
        try (var warnings = new LoggedLines(Engine.class)) {
            assertThat(dump()).isEqualTo(expected);
            assertThat(warnings.lines(home.toString()))
                    .singleElement()
                    .asString()
                    .endsWith("bytes=" + there + " file=\"" + manifest + '"');
        }
    }

    /// RocksDB creates a database with one family, then adds the others one by one; FORMAT is written last.
    @Test
    void opensADatabaseWhoseCreationWasInterrupted() throws IOException {
        Path young = folder.resolve("young");
        Engine.open(young, null).close();
        Path created = Damage.files(young, "MANIFEST-.*").getLast();
        byte[] bytes = Files.readAllBytes(created);
        Files.delete(Format.file(young));
        int others = new String(bytes, ISO_8859_1).indexOf("events");
        for (Framed record : Framed.of(created)) {
            if (record.end() < others) continue;
            Path copy = Folders.copy(young, folder.resolve("young" + record.at()));
            Files.write(copy.resolve(young.relativize(created)), Arrays.copyOf(bytes, record.at()));
            try (RocksLog log = SmallLog.open(copy)) {
                LogFixture.publish(log, "a", "1");
            }
        }
    }
}
