package dev.sluice.sense.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
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
            assertThatThrownBy(() -> definitions.put("a", BIG)).isInstanceOf(DatabaseFailure.class);
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
    void refusesAFileThatIsEmptyInsteadOfBeginningAnew(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sense/sense.db");
        try (var database = Database.open(file)) {
            new Definitions(database, "check").put("a", "{}");
        }
        try (var database = Database.open(file)) {
            assertThat(new Definitions(database, "check").all()).containsKey("a");
        }
        Files.writeString(file, "");
        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(CannotOpenDatabase.class)
                .hasMessageContaining("empty");
        Files.delete(file);
        Database.open(file).close();
    }
}
