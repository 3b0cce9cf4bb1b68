package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same commit gives the same packages, byte for byte, whoever builds them and where. The start-up cache alone
/// records what one run of the program did: the second build takes that of the first.
@Tag("long")
final class ReproducibleTest {
    private static final Duration BUILD_MAX = Duration.ofMinutes(60);

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

        Map<String, String> sums = sums(first);
        assertThat(sums.keySet()).anyMatch(name -> name.endsWith(".deb"));
        assertThat(sums.keySet())
                .contains(
                        "sluice-VERSION-linux-x64.tar.gz",
                        "sluice-VERSION-linux-arm64.tar.gz",
                        "sluice-VERSION.zip",
                        "sluice-VERSION-image.tar",
                        "sluice-VERSION.tgz",
                        "sluice-VERSION-manifests.tar.gz",
                        "sluice-VERSION-site.tar.gz",
                        "sluice-client-VERSION.tgz",
                        "sluice-client-VERSION.tgz.cdx.json",
                        "maven/dev/sluice/sluice/VERSION/sluice-VERSION-javadoc.jar",
                        "maven/dev/sluice/sluice/VERSION/sluice-VERSION-cyclonedx.json");
        assertThat(sums(second)).isEqualTo(sums);
    }

    /// @return the folder with all packages of a fresh clone
    private Path build(String name, String umask, Map<String, String> environment) throws Exception {
        Path clone = folder.resolve(name);
        Files.createDirectories(clone.getParent());
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("SOURCE_DATE_EPOCH", "");
        String script = "umask " + umask + " && git clone --quiet \"$1\" \"$2\" && \"$2\"/sluice package";
        Command.Ended ended = Command.run(
                folder,
                BUILD_MAX,
                variables,
                List.of("sh", "-ec", script, "sh", Command.PROJECT.toString(), clone.toString()));
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return clone.resolve("target/dist");
    }

    /// The digest of each file that is published; its name has VERSION for the version.
    private static Map<String, String> sums(Path dist) throws Exception {
        try (Stream<String> lines = Files.lines(dist.resolve("SHA256SUMS"))) {
            return lines.map(line -> line.split(" [ *]", 2))
                    .collect(Collectors.toMap(
                            words -> words[1].replace(Packages.VERSION, "VERSION"), words -> words[0]));
        }
    }
}
