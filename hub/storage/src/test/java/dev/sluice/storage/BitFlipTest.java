package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.storage.engine.Damage;
import dev.sluice.storage.engine.FolderTree;
import dev.sluice.storage.engine.Format;
import dev.sluice.storage.engine.Framed;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.LogUnavailableException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Flips one bit anywhere in a log's folder: either the start refuses, or reads fail, or nothing is lost, altered or
/// repeated. `-Dsluice.seed=…` repeats a run.
final class BitFlipTest {
    private static final int SOME = 30;
    private static final int MANY = 500;

    @TempDir
    Path folder;

    private SmallLog small;
    private final TreeMap<String, Integer> outcomes = new TreeMap<>();

    /// A bit of a file.
    private record Flip(Path file, long bit) {}

    @Test
    void reportsOrSurvivesEachFlippedBit() throws IOException {
        play(SOME);
    }

    @Test
    @Tag("long")
    void reportsOrSurvivesEachOfManyFlippedBits() throws IOException {
        play(MANY);
    }

    /// Such a block may be read first when the log is opened.
    @Test
    void reportsOrSurvivesADamagedFirstBlockOfEachTable() throws IOException {
        small = new SmallLog(folder);
        List<String> expected = read(Folders.copy(small.closed, folder.resolve("whole")));
        for (Path home : List.of(small.closed, small.killed)) {
            for (Path file : Damage.files(home, "[0-9]+\\.sst"))
                assertThat(outcome(new Flip(file, 80), expected)).as("%s", file).isNotEqualTo("silent");
        }
        assertThat(outcomes).containsKey("refused");
    }

    private void play(int count) throws IOException {
        long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));
        Random random = new Random(seed);
        small = new SmallLog(folder);
        List<String> expected = read(Folders.copy(small.killed, folder.resolve("whole")));
        assertThat(read(Folders.copy(small.closed, folder.resolve("whole, closed"))))
                .isEqualTo(expected);
        List<Flip> flips = new ArrayList<>();
        List<Flip> lengths = lengths(small.killed);
        Collections.shuffle(lengths, random);
        flips.addAll(lengths.subList(0, Math.min(lengths.size(), count / 2)));
        while (flips.size() < count) flips.add(anywhere(random.nextInt(4) > 0 ? small.killed : small.closed, random));
        for (Flip flip : flips) {
            assertThat(outcome(flip, expected))
                    .as("%s, with -Dsluice.seed=%d", flip, seed)
                    .isNotEqualTo("silent");
        }
        System.out.println("flips with -Dsluice.seed=" + seed + ": " + outcomes);
    }

    /// Each bit of each length field of the MANIFEST and the write-ahead log.
    private static List<Flip> lengths(Path home) throws IOException {
        List<Flip> lengths = new ArrayList<>();
        for (Path file : Damage.files(home, "MANIFEST-.*|[0-9]+\\.log")) {
            for (Framed record : Framed.of(file)) {
                for (int bit = 0; bit < 16; bit++) lengths.add(new Flip(file, 8L * record.lengthAt() + bit));
            }
        }
        return lengths;
    }

    /// A random bit of a random file, each file being equally likely, except RocksDB's info files.
    private static Flip anywhere(Path home, Random random) throws IOException {
        List<Path> files = new ArrayList<>(Damage.files(home, "(?!LOG|LOCK|OPTIONS).*"));
        files.add(Format.file(home));
        files.removeIf(file -> file.toFile().length() == 0);
        Path file = files.get(random.nextInt(files.size()));
        return new Flip(file, random.nextLong(8 * Files.size(file)));
    }

    private List<String> read(Path copy) {
        try (RocksLog log = SmallLog.open(copy)) {
            return small.dump(log);
        }
    }

    private String outcome(Flip flip, List<String> expected) throws IOException {
        Path home = flip.file.startsWith(small.killed) ? small.killed : small.closed;
        Path copy = Folders.copy(home, folder.resolve("flipped"));
        try (RandomAccessFile bytes =
                new RandomAccessFile(copy.resolve(home.relativize(flip.file)).toFile(), "rw")) {
            bytes.seek(flip.bit / 8);
            int octet = bytes.read();
            bytes.seek(flip.bit / 8);
            bytes.write(octet ^ (1 << (flip.bit % 8)));
        }
        String outcome;
        try (RocksLog log = SmallLog.open(copy)) {
            outcome = outcome(log, expected);
        } catch (CannotOpenException refused) {
            outcome = "refused";
        }
        outcomes.merge(outcome, 1, Integer::sum);
        FolderTree.remove(copy);
        return outcome;
    }

    private String outcome(RocksLog log, List<String> expected) {
        try {
            return small.dump(log).equals(expected) ? "intact" : "silent";
        } catch (RuntimeException | AssertionError failed) {
            Throwable cause = failed;
            while (cause != null && !(cause instanceof LogUnavailableException)) cause = cause.getCause();
            if (cause == null) throw failed;
            return "failed at the read";
        }
    }
}
