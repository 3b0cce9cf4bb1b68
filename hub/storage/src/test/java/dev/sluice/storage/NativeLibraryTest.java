package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher's changes to RocksDB's jar.
final class NativeLibraryTest {
    private static final Pattern JAR = Pattern.compile("(^|.*/)rocksdbjni-[^/]*\\.jar");

    @TempDir
    Path folder;

    @TempDir
    Path temporary;

    /// Run in a separate process, as a process loads the library only once.
    static final class Opening {
        private Opening() {}

        static void main(String[] args) {
            RocksLog.builder(Path.of(args[0])).open().close();
        }
    }

    @Test
    void extractsThisPlatformsLibraryOnceInsteadOfAtEachStart() throws Exception {
        List<String> path =
                List.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(File.pathSeparator));
        Path published =
                Path.of(path.stream().filter(JAR.asMatchPredicate()).findFirst().orElseThrow());
        Path jar = Files.copy(published, folder.resolve(published.getFileName()));

        NativeLibrary.extract(jar);

        try (ZipFile content = new ZipFile(jar.toFile())) {
            assertThat(content.stream().map(ZipEntry::getName))
                    .contains("org/rocksdb/RocksDB.class")
                    .noneMatch(name -> name.startsWith("librocksdbjni"));
        }
        String classPath = String.join(
                File.pathSeparator,
                path.stream()
                        .map(entry -> entry.equals(published.toString()) ? jar.toString() : entry)
                        .toList());
        Process opening = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.library.path=" + folder,
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:-UsePerfData",
                        "-cp",
                        classPath,
                        Opening.class.getName(),
                        folder.resolve("data").toString())
                .inheritIO()
                .start();
        try {
            assertThat(opening.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(opening.exitValue()).isZero();
            assertThat(temporary).isEmptyDirectory();
        } finally {
            opening.destroyForcibly();
        }
    }
}
