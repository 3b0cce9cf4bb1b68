package dev.sluice.app.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Sluice;
import dev.sluice.sense.Sense;
import dev.sluice.sense.SenseOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Backups of hubs' logs, and their restoration.
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
    void backsUpARunningHubAndKeepsIdsValid() throws Exception {
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
                        "'" + folder.resolve("data") + "' has the log of 'kept', which continues in a new epoch\n",
                        ""));
        try (var serve = serve()) {
            here(serve).run("pub", "news", "three", "--close");

            assertThat(here(serve).run("sub", "news", "--after", first).out()).isEqualTo("three\n");
            var ahead = here(serve).run("sub", "news", "--after", second);
            assertThat(ahead.out()).isEqualTo("three\n");
            assertThat(ahead.err())
                    .isEqualTo("sluice: Events are missing here (epoch); continuing after " + first + ".\n");
        }
        assertThat(folder.resolve("old/FORMAT")).exists();
    }

    @Test
    void overwritesNothingAndRefusesMissingLogs() throws Exception {
        Files.createDirectories(folder.resolve("full"));
        Files.writeString(folder.resolve("full/file"), "x");
        try (var serve = serve()) {
            serve.firstLine();
            assertLine(here().run("backup", "full"), 73, "There are files in '" + folder.resolve("full") + "'");
            assertLine(here().run("restore", "full"), 66, "There is no log in '" + folder.resolve("full") + "'");
            assertThat(here().run("backup", "kept").exitCode()).isZero();
            assertLine(here().run("restore", "kept"), 73, "There are files in '" + folder.resolve("data") + "'");
            assertLine(here().run("restore", "kept", "--move-to", "old"), 69, "is in use by another process");
        }
        assertLine(here().run("backup", "x", "--data", "none"), 66, "There is no log in '" + folder.resolve("none"));
        assertThat(folder.resolve("none")).doesNotExist();
        assertThat(folder.resolve("old")).doesNotExist();
    }

    /// The hub could not use what root creates in its folder.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "backup kept",
                "restore kept --move-to old",
                "log",
                "cluster recover --yes",
                "serve --port 0 --salvage"
            })
    void refusesToWorkAsRootInTheFolderOfAnother(String command) throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        var data = Files.createDirectory(folder.resolve("data"));
        Files.setAttribute(data, "unix:uid", 65_534);
        assertLine(here().run(command.split(" ")), 78, "run this as its owner (sudo -u ");
        assertThat(data).isEmptyDirectory();
    }

    /// As in a container with a volume of another user.
    @Test
    void worksAsRootOnTheLogOfAHubThatRunsAsRoot() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        var data = Files.createDirectory(folder.resolve("data"));
        Files.createDirectory(data.resolve("db"));
        Files.setAttribute(data, "unix:uid", 65_534);
        assertThat(here().run("log").err()).doesNotContain("as its owner");
    }

    @Test
    void copiesAndRestoresTheDatabaseOfSenseWithTheLog() throws Exception {
        try (var serve = serve();
                var hub = Sluice.inMemory()) {
            serve.firstLine();
            var options = new SenseOptions(folder.resolve("data").resolve(Sense.DATABASE), null);
            try (var _ = Sense.on(hub, options)) {
                assertThat(here().run("backup", "kept").out()).contains("and of Sense's database");
            }
        }
        assertThat(here().run("restore", "kept", "--data", "other").exitCode()).isZero();
        assertThat(folder.resolve("other").resolve(Sense.DATABASE)).isNotEmptyFile();
        try (var hub = Sluice.inMemory();
                var _ = Sense.on(hub, new SenseOptions(folder.resolve("other").resolve(Sense.DATABASE), null))) {
            assertThat(hub.port()).isPositive(); // The copy is a database that opens.
        }
    }

    @Test
    void showsAndChecksALogThatIsNotInUse() throws Exception {
        Files.writeString(folder.resolve("sluice.toml"), """
                [[channel]]
                match = "short/*"
                retention.max_events = 7
                """);
        String head;
        try (var serve = serve()) {
            here(serve).run("pub", "news", "hello");
            head = here(serve).run("pub", "short/a", "hi").out().strip();
            assertLine(here().run("log"), 69, "is in use by another process");
            assertThat(here(serve).run("backup", "kept").exitCode()).isZero();
        }
        var shown = here().run("log");
        assertThat(shown.exitCode()).isZero();
        assertThat(shown.out().lines())
                .anyMatch(line -> line.startsWith("head      " + head + " of 20"))
                .contains(
                        "epochs    " + head.substring(0, head.indexOf('-')) + " after 0",
                        "rule      short/*: 7d, 7 events, 64MiB",
                        "rule      all others: 7d, 100000 events, 64MiB",
                        "channels  2, with 2 events of 7 B",
                        "checked   no faults")
                .anyMatch(line -> line.matches("news +1 +5 B .*"));
        assertThat(here().run("log", "--data", "kept").out())
                .contains("the last was not closed cleanly", "checked   no faults");

        Files.delete(folder.resolve("kept/db/CURRENT"));
        assertLine(
                here().run("log", "--data", "kept"),
                74,
                "CURRENT' is missing. Restore a backup, or salvage what can be read. See 'sluice restore --help', and 'sluice serve --salvage'.");
        Files.createFile(folder.resolve("kept/node"));
        assertLine(
                here().run("log", "--data", "kept"),
                74,
                "If other nodes of its cluster are up, start it with an empty folder (storage.data): it gets a copy of"
                        + " theirs. Otherwise see 'sluice serve --salvage'.");
        assertLine(here().run("log", "--data", "none"), 66, "There is no log in '" + folder.resolve("none"));
    }

    @Test
    void refusesADamagedLogAndSalvagesItOnRequest() throws Exception {
        String first = "";
        try (var serve = serve()) {
            for (int i = 0; i < 20; i++) {
                var id = here(serve).run("pub", "news", "event " + i).out().strip();
                if (i == 0) first = id;
            }
        }
        var wal = wal();
        try (var bytes = new RandomAccessFile(wal.toFile(), "rw")) {
            bytes.seek(new String(Files.readAllBytes(wal), ISO_8859_1).indexOf("event 10"));
            bytes.writeBytes("EVENT");
        }
        assertLine(here().run("serve"), 74, "'" + wal + "' is broken in the middle. Restore a backup, or salvage");

        try (var serve = here().start("serve", "--port", "0", "--salvage")) {
            var hub = here(serve);
            serve.awaitErr("Kept: 19 events and ends; 1 channels lost some").awaitErr("db.damaged-");
            hub.run("pub", "news", "more", "--close");
            var read = hub.run("sub", "news", "--after", first);
            assertThat(read.err())
                    .startsWith("sluice: Events are missing here (trimmed)")
                    .hasLineCount(1);
            assertThat(read.out())
                    .startsWith("event 1\n")
                    .doesNotContain("event 10")
                    .endsWith("event 19\nmore\n")
                    .hasLineCount(19);
        }
        try (var serve = here().start("serve", "--port", "0", "--salvage")) {
            serve.awaitErr("is not damaged: --salvage had nothing to do");
        }
    }

    private Path wal() throws IOException {
        try (var files = Files.list(folder.resolve("data/db"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    @Test
    void showsALogAsJson() throws Exception {
        try (var serve = serve()) {
            here(serve).run("pub", "news", "hello", "--close");
        }
        var shown = JsonMapper.shared().readTree(here().run("log", "--json").out());

        assertThat(shown.path("folder").stringValue())
                .isEqualTo(folder.resolve("data").toString());
        assertThat(shown.path("faults").size()).isZero();
        assertThat(shown.path("closed").booleanValue()).isTrue();
        assertThat(shown.path("rules").get(0).stringValue()).startsWith("all others: 7d");
        assertThat(shown.path("head").stringValue())
                .startsWith(shown.path("epochs").get(0).path("epoch").stringValue() + "-");
        var news = shown.path("channels").get(0);
        assertThat(news.path("name").stringValue()).isEqualTo("news");
        assertThat(news.path("events").intValue()).isEqualTo(1);
        assertThat(news.path("bytes").intValue()).isEqualTo(5);
        assertThat(news.path("closed").booleanValue()).isTrue();
    }

    private static void assertLine(Terminal.Ended ended, int exitCode, String part) {
        assertThat(ended.err()).startsWith("sluice: ").contains(part).hasLineCount(1);
        assertThat(ended.exitCode()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
    }
}
