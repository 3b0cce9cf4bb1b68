package dev.sluice.sense.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    private static final String BIG = "x".repeat(100_000);

    @Test
    void saysThatTheDiskIsFullUntilItHasStoredSomething() {
        try (var database = Database.inMemory()) {
            var definitions = new Definitions(database, "check");
            long pages = pragma(database, "page_count");
            pragma(database, "max_page_count = " + pages);
            assertThatThrownBy(() -> definitions.put("a", BIG)).isInstanceOf(DatabaseException.class);
            assertThat(database.problem()).contains("full");
            assertThat(definitions.all()).isEmpty();
            definitions.remove("nothing");
            assertThat(database.problem()).as("reading works").contains("full");

            pragma(database, "max_page_count = " + (pages + 100));
            definitions.put("a", BIG);
            assertThat(database.problem()).isEmpty();
        }
    }

    private static long pragma(Database database, String text) {
        return database.first("pragma " + text, row -> row.getLong(1)).orElseThrow();
    }

    @Test
    void refusesADatabaseWithOneFlippedBitOrHasAllOfIt(@TempDir Path folder) throws Exception {
        Path made = Files.createDirectory(folder.resolve("made"));
        try (var database = Database.open(made.resolve("sense.db"))) {
            for (String each : NAMES)
                new Definitions(database, "check").put(each, "{\"url\":\"http://" + each + "/\"}");
        }
        assertNoDamageIsPassedOver(made, "sense.db", 100);
    }

    /// SQLite silently continues with the intact part of a write-ahead log.
    @Test
    void refusesADatabaseWhoseWriteAheadLogHasOneFlippedBitOrIsCut(@TempDir Path folder) throws Exception {
        Path killed = Files.createDirectory(folder.resolve("killed"));
        try (var database = Database.open(folder.resolve("sense.db"))) {
            for (String each : NAMES)
                new Definitions(database, "check").put(each, "{\"url\":\"http://" + each + "/\"}");
            for (String each : List.of("sense.db", "sense.db-wal", "sense.db-commits"))
                Files.copy(folder.resolve(each), killed.resolve(each));
        }
        assertNoDamageIsPassedOver(killed, "sense.db-wal", 100);
        byte[] wal = Files.readAllBytes(killed.resolve("sense.db-wal"));
        for (int length = 0; length < wal.length; length += 4_096 + 24)
            assertRefused(copy(killed, "sense.db-wal", Arrays.copyOf(wal, length)), "transactions are missing");
    }

    /// A client that does not wait for its answer interrupts the thread that handles its request.
    @Test
    void detectsMissingTransactionsAlsoAfterAThreadWasInterrupted(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sense.db");
        try (var database = Database.open(file)) {
            Thread.currentThread().interrupt();
            new Definitions(database, "check").put("a", "{}");
            assertThat(Thread.interrupted()).isTrue();
            new Definitions(database, "check").put("b", "{}");
            assertThat(database.first("select number from commits", row -> row.getLong(1)))
                    .contains(CommitMark.read(file));
        }
    }

    private static void assertNoDamageIsPassedOver(Path folder, String file, int flips) throws Exception {
        assertThat(names(copy(folder, file, Files.readAllBytes(folder.resolve(file)))))
                .isEqualTo(NAMES);
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] whole = Files.readAllBytes(folder.resolve(file));
        int refused = 0;
        for (int i = 0; i < flips; i++) {
            int at;
            do at = random.nextInt(whole.length);
            while (whole[at] == 0); // Most of a small database is unused.
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Path copy = copy(folder, file, damaged);
            try {
                assertThat(names(copy)).as("byte " + at + " seed " + seed).isEqualTo(NAMES);
            } catch (CannotOpenDatabaseException said) {
                refused++;
            }
        }
        assertThat(refused).as("seed " + seed).isGreaterThan(flips / 4);
    }

    private static final List<String> NAMES =
            IntStream.range(10, 60).mapToObj(i -> "check-" + i).toList();

    private static List<String> names(Path file) {
        try (var database = Database.open(file)) {
            Map<String, String> all = new Definitions(database, "check").all();
            all.forEach((name, json) -> assertThat(json).isEqualTo("{\"url\":\"http://" + name + "/\"}"));
            return List.copyOf(all.keySet());
        }
    }

    private static void assertRefused(Path file, String words) {
        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(CannotOpenDatabaseException.class)
                .hasMessageContaining(words);
    }

    /// Copies a folder with other contents of one file.
    private static Path copy(Path folder, String other, byte[] contents) throws IOException {
        Path copy = Files.createTempDirectory(folder.getParent(), "copy");
        for (String each : List.of("sense.db", "sense.db-wal", "sense.db-commits"))
            if (Files.exists(folder.resolve(each))) Files.copy(folder.resolve(each), copy.resolve(each));
        Files.write(copy.resolve(other), contents);
        return copy.resolve("sense.db");
    }

    @Test
    void startsWithANewDatabaseWhereOneWasRemoved(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sense.db");
        try (var database = Database.open(file)) {
            new Definitions(database, "check").put("a", "{}");
        }
        Files.delete(file);
        Database.open(file).close();
        Database.open(file).close();
    }

    @Test
    void refusesAnEmptyFileInsteadOfStartingWithANewDatabase(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sense/sense.db");
        try (var database = Database.open(file)) {
            new Definitions(database, "check").put("a", "{}");
        }
        try (var database = Database.open(file)) {
            assertThat(new Definitions(database, "check").all()).containsKey("a");
        }
        Files.writeString(file, "");
        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(CannotOpenDatabaseException.class)
                .hasMessageContaining("empty");
        Files.delete(file);
        Database.open(file).close();
    }
}
