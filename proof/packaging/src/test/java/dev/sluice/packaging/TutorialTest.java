package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `docs/tutorial.md` on a Debian system that has a package and the tools that the page names, and no Sluice. The
/// browser is that of this machine. `tutorial.test.mjs` does what the page says.
@Tag("long")
final class TutorialTest {
    private static final Path TEST = Command.PROJECT.resolve("clients/client-js/test/tutorial.test.mjs");
    private static final Duration TIME_MAX = Duration.ofMinutes(15);

    @Test
    @Timeout(3600)
    void worksAsItIsWrittenFromTheArchiveOn(@TempDir Path folder) throws Exception {
        DebianRoot debian = DebianRoot.ofReaders(folder);
        putForReaders(debian, Packages.build("archive").resolve("sluice-" + Packages.VERSION + "-linux-x64.tar.gz"));

        try (LoneNetwork network = new LoneNetwork()) {
            follow(network, Map.of("SLUICE_READER_ROOT", debian.root().folder().toString()));
        }
    }

    @Test
    @Timeout(3600)
    void worksAsItIsWrittenFromTheDebianPackageOn(@TempDir Path folder) throws Exception {
        DebianRoot debian = DebianRoot.ofReadersWithSystemd(folder);
        putForReaders(debian, DebianRoot.deb());

        try (BootedDebian booted = new BootedDebian(debian)) {
            Map<String, String> reader = Map.of(
                    "SLUICE_READER_ROOT", debian.root().folder().toString(),
                    "SLUICE_READER_SYSTEMD", String.valueOf(booted.pid()));
            follow(booted.network(), reader);
        }
    }

    private static void putForReaders(DebianRoot debian, Path made) throws IOException {
        Path board = Files.createDirectories(debian.file("/root/board"));
        Files.copy(made, board.resolve(made.getFileName()));
        // An installer writes this file, debootstrap does not.
        Files.writeString(debian.file("/etc/hosts"), "127.0.0.1 localhost\n");
    }

    private static void follow(LoneNetwork network, Map<String, String> reader) throws Exception {
        Command.Ended ended = Command.run(
                Command.PROJECT,
                TIME_MAX,
                reader,
                List.of(
                        "ip",
                        "netns",
                        "exec",
                        network.name(),
                        "node",
                        "--experimental-websocket",
                        "--no-warnings",
                        "--test",
                        "--test-reporter=tap",
                        TEST.toString()));
        assertThat(ended.out()).contains("# pass 2\n", "# fail 0\n", "# skipped 0\n");
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    }
}
