package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.limit.SenseLimits;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.notify.Outbox;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.schedule.Scheduler;
import dev.sluice.sense.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionFileTest {
    private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    private final InstantSource clock = InstantSource.system();
    private final Database database = Database.inMemory();
    private final Monitor monitor =
            new Monitor(database, new LiveFeed((_, _, _, _) -> {}), Set::of, _ -> {}, () -> {}, Runnable::run, clock);
    private final DefinitionParser parser = new DefinitionParser(Map.of(), Map.of());
    private final DefinitionRegistry definitions = new DefinitionRegistry(
            parser,
            database,
            monitor,
            new Scheduler(1, () -> 0, _ -> 0),
            new Outbox(new OutboxStore(database), _ -> Optional.empty(), _ -> {}, clock),
            new NotifierRegistry(),
            SenseLimits.DEFAULT);

    @TempDir
    private Path folder;

    /// A folder stands for a file without permission, which a test that runs as root could read. Its entries
    /// make it larger than the file's text on every file system.
    private static Path unreadable(Path path) throws IOException {
        Files.createDirectory(path);
        for (int i = 0; i < 50; i++) Files.createFile(path.resolve("a-name-of-an-entry-" + i));
        return Files.setLastModifiedTime(path, TIME);
    }

    /// Replaces the folder by a file that has the same time and size.
    private static void makeReadable(Path path, String text) throws IOException {
        int size = (int) Files.size(path);
        try (var entries = Files.list(path)) {
            for (Path each : entries.toList()) Files.delete(each);
        }
        Files.delete(path);
        Files.writeString(path, text + "#".repeat(size - text.length()));
        Files.setLastModifiedTime(path, TIME);
    }

    @Test
    void readsAFileThatCouldNotBeReadAgainAlthoughItsTimeAndSizeAreTheSame() throws Exception {
        Path path = unreadable(folder.resolve("sense.toml"));
        var file = new DefinitionFile(path, parser, definitions, monitor);
        List<String> logged = new ArrayList<>();
        for (int second = 0; second < 5; second++) logged.addAll(logged(file::reload));
        assertThat(file.problem()).contains("can't be read");
        assertThat(logged).hasSize(1).first().asString().contains("can't be read");

        makeReadable(path, "public_url = \"https://sense.example\"");
        file.reload();
        assertThat(file.problem()).isEmpty();
        assertThat(definitions.file().publicUrl()).isEqualTo("https://sense.example/");
    }

    private static List<String> logged(Runnable work) {
        try (var lines = new LoggedLines(DefinitionFile.class)) {
            work.run();
            return lines.lines();
        }
    }
}
