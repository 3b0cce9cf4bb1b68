package dev.sluice.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.storage.RocksLog;
import dev.sluice.storage.folder.CannotOpenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// RocksDB's library in programs other than `./sluice`. Each is a process, which loads the library only once.
final class EngineLibraryTest {
    @TempDir
    private Path folder;

    /// Opens a log, says so, and waits for its end.
    static final class Opening {
        private Opening() {}

        static void main(String[] args) throws IOException {
            try (var _ = RocksLog.builder(Path.of(args[0])).open()) {
                System.out.println("open");
                System.in.read();
            } catch (CannotOpenException refused) {
                System.out.println(refused.reason() + " " + refused.getMessage());
            }
        }
    }

    @Test
    void leavesNoFileBehindWhenTheProcessIsKilled() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));

        Process program = open(temporary, Map.of());
        try {
            assertThat(program.inputReader().readLine()).isEqualTo("open");
        } finally {
            program.destroyForcibly();
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(temporary).isEmptyDirectory();
        assertThat(librariesIn(folder)).isEmpty();
    }

    /// As on a temporary folder whose files can't be executed, which a test can't have everywhere.
    @Test
    void usesTheFolderOfTheLogWhereTheTemporaryFolderCannotBeUsed() throws Exception {
        Path temporary = Files.createFile(folder.resolve("temporary"));

        Process program = open(temporary, Map.of());
        try {
            assertThat(program.inputReader().readLine()).isEqualTo("open");
            assertThat(librariesIn(folder)).isEmpty();
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void reportsWhatToDoWhereTheLibraryCannotBeLoaded() throws Exception {
        Path nowhere = folder.resolve("nowhere");

        Process program = open(folder, Map.of("ROCKSDB_SHAREDLIB_DIR", nowhere.toString()));
        try {
            assertThat(program.inputReader().readLine())
                    .startsWith("NO_ACCESS The native library of RocksDB can't be loaded (")
                    .contains(nowhere.toString())
                    .endsWith("with -Djava.io.tmpdir=FOLDER or ROCKSDB_SHAREDLIB_DIR.");
        } finally {
            program.destroyForcibly();
        }
    }

    private Process open(Path temporary, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Opening.class.getName(),
                folder.resolve("data").toString()));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static List<Path> librariesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(each -> each.toString().contains("rocksdb-library")
                            || each.toString().contains(".so"))
                    .toList();
        }
    }
}
