package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Builds parts of the package for tests, as `./sluice package` does. A part that is built is kept for other tests of
/// the run.
final class Packages {
    private static final Path DIST = Command.PROJECT.resolve("target/dist");
    private static final Duration BUILD_MAX = Duration.ofMinutes(30);
    private static final List<String> BUILT = new ArrayList<>();

    /// The version of all packages.
    static final String VERSION = version();

    private Packages() {}

    /// Builds a part unless it is built, and returns the folder with what was made.
    static synchronized Path build(String part) throws IOException, InterruptedException {
        if (BUILT.contains(part)) return DIST;
        Command.Ended ended = Command.run(
                Command.PROJECT, BUILD_MAX, Map.of(), List.of(Command.PROJECT + "/packaging/package", part));
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        BUILT.add(part);
        return DIST;
    }

    /// Unpacks an archive of Linux, such as `linux-x64`, into a folder, and returns the program's home.
    static Path unpacked(String arch, Path into) throws IOException, InterruptedException {
        String name = "sluice-" + VERSION + "-" + arch;
        Path archive = build("archive").resolve(name + ".tar.gz");
        Command.Ended ended = Command.run(
                into, Duration.ofMinutes(5), Map.of(), List.of("tar", "--extract", "--file", archive.toString()));
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return into.resolve(name);
    }

    private static String version() {
        try {
            String pom = Files.readString(Command.PROJECT.resolve("pom.xml"));
            int at = pom.indexOf("<version>") + "<version>".length();
            return pom.substring(at, pom.indexOf("</version>"));
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
