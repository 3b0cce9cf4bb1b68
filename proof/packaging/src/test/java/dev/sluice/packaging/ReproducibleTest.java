package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same commit gives the same packages, byte for byte, whoever builds them and where. The start-up cache alone
/// records what one run of the program did: the second build takes that of the first.
@Tag("long")
final class ReproducibleTest {
    private static final Duration BUILD_MAX = Duration.ofMinutes(30);

    @TempDir
    private Path folder;

    @Test
    void buildsTheSameBytesElsewhere() throws Exception {
        Path first = build("first", "022", Map.of("TZ", "UTC", "LC_ALL", "C"));
        Path cache = folder.resolve("first/target/package/home-linux-x64/lib/hub.aot");
        Path second = build(
                "another/place",
                "077",
                Map.of("TZ", "Asia/Shanghai", "LC_ALL", "C.UTF-8", "SLUICE_CACHE", cache.toString()));

        assertThat(second.resolve("SHA256SUMS"))
                .hasSameTextualContentAs(first.resolve("SHA256SUMS"))
                .content()
                .contains("linux-x64.tar.gz", "linux-arm64.tar.gz", ".zip");
    }

    /// @return the folder with the archives of a fresh clone
    private Path build(String name, String umask, Map<String, String> environment) throws Exception {
        Path clone = folder.resolve(name);
        Files.createDirectories(clone.getParent());
        run(Map.of(), List.of("git", "clone", "--quiet", Command.PROJECT.toString(), clone.toString()));
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("SOURCE_DATE_EPOCH", "");
        run(variables, List.of("sh", "-c", "umask " + umask + " && '" + clone + "/sluice' package archive zip"));
        return clone.resolve("target/dist");
    }

    private void run(Map<String, String> environment, List<String> words) throws Exception {
        Command.Ended ended = Command.run(folder, BUILD_MAX, environment, words);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
    }
}
