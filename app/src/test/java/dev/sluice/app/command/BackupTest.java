package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logs of hubs, copied and put back.
final class BackupTest {
    @TempDir
    private Path folder;

    private Terminal here(Running serve) {
        var line = serve.firstLine();
        return new Terminal(folder, Map.of("SLUICE_URL", line.substring(line.indexOf("http://"), line.indexOf(','))));
    }

    private Terminal here() {
        return new Terminal(folder, Map.of());
    }

    private Running serve() {
        return here().start("serve", "--port", "0");
    }

    @Test
    void whatARunningHubHasIsThereAgainBehindIds() throws Exception {
        String first;
        String second;
        try (var serve = serve()) {
            first = here(serve).run("pub", "news", "one").out().strip();

            assertThat(here(serve).run("backup", "kept"))
                    .isEqualTo(new Terminal.Ended(
                            0, "'kept' has a copy of the log in '" + folder.resolve("data") + "'\n", ""));

            second = here(serve).run("pub", "news", "two").out().strip();
        }
        assertThat(here().run("restore", "kept", "--move-to", "old"))
                .isEqualTo(new Terminal.Ended(
                        0,
                        "'" + folder.resolve("data") + "' has the log of 'kept', and will go on under a new epoch\n",
                        ""));
        try (var serve = serve()) {
            here(serve).run("pub", "news", "three", "--close");

            assertThat(here(serve).run("sub", "news", "--after", first).out()).isEqualTo("three\n");
            var ahead = here(serve).run("sub", "news", "--after", second);
            assertThat(ahead.out()).isEqualTo("three\n");
            assertThat(ahead.err())
                    .isEqualTo("sluice: Events are missing here (epoch); it goes on behind " + first + ".\n");
        }
        assertThat(folder.resolve("old/FORMAT")).exists();
    }

    @Test
    void nothingIsOverwrittenAndNothingIsMadeOfNothing() throws Exception {
        Files.createDirectories(folder.resolve("full"));
        Files.writeString(folder.resolve("full/file"), "x");
        try (var serve = serve()) {
            serve.firstLine();
            assertLine(here().run("backup", "full"), 73, "There is something in '" + folder.resolve("full") + "'");
            assertLine(here().run("restore", "full"), 66, "There is no log in '" + folder.resolve("full") + "'");
            assertThat(here().run("backup", "kept").exitCode()).isZero();
            assertLine(here().run("restore", "kept"), 73, "There is something in '" + folder.resolve("data") + "'");
            assertLine(here().run("restore", "kept", "--move-to", "old"), 69, "is in use by another process");
        }
        assertLine(here().run("backup", "x", "--data", "none"), 66, "There is no log in '" + folder.resolve("none"));
        assertThat(folder.resolve("none")).doesNotExist();
        assertThat(folder.resolve("old")).doesNotExist();
    }

    private static void assertLine(Terminal.Ended ended, int exitCode, String said) {
        assertThat(ended.err()).startsWith("sluice: ").contains(said).hasLineCount(1);
        assertThat(ended.exitCode()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
    }
}
