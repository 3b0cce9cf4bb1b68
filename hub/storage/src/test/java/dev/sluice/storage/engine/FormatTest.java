package dev.sluice.storage.engine;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.storage.Folders;
import dev.sluice.storage.LogFixture;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.repair.Inspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders written by releases of each format version stay readable.
final class FormatTest {
    @TempDir
    Path folder;

    private static RocksLog open(Path folder) {
        return RocksLog.builder(folder)
                .clock(new TestClock())
                .retention(channel -> Retention.events(2))
                .reserveBytes(0)
                .open();
    }

    @Test
    void readsFormat1() {
        Folders.unzip("/log-format-1.zip", folder);
        try (RocksLog log = open(folder)) {
            Epoch epoch = log.head().epoch();
            ReadCursor begin = ReadCursor.at(new Cursor(epoch, 0));
            assertThat(((Read.Missing) LogFixture.read(log, begin, "trimmed"))
                            .gap()
                            .resume())
                    .isEqualTo(new Cursor(epoch, 1));
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "**"), "**"))
                    .containsExactly("2", "3", "(forgotten)", "anew", "end of ended", "once");
            assertThat(LogFixture.read(log, begin, "deleted")).isInstanceOf(Read.Missing.class);
            assertThat(LogFixture.once(log, "once", "key", "once"))
                    .isInstanceOf(dev.sluice.core.log.AppendResult.Same.class);
            Cursor next = LogFixture.publish(log, "trimmed", "4");
            assertThat(next.epoch()).isNotEqualTo(epoch);
            assertThat(LogFixture.at(log, begin.cursor().text())).isEqualTo(begin.cursor());
        }
    }

    /// A version that does not know the newer records must not read the log as if it did.
    @Test
    void marksAnOlderFolderAsItsOwn() throws IOException {
        Folders.unzip("/log-format-1.zip", folder);
        assertThat(Format.file(folder)).hasContent("sluice-log 1\n");
        open(folder).close();
        assertThat(Format.file(folder)).hasContent("sluice-log 2\n");
        open(folder).close();
    }

    /// Looking leaves the folder to the older version.
    @Test
    void anInspectionDoesNotMarkIt() throws IOException {
        Folders.unzip("/log-format-1.zip", folder);
        assertThat(Inspection.of(folder).faults()).isEmpty();
        assertThat(Format.file(folder)).hasContent("sluice-log 1\n");
    }

    @Test
    void readsFormat2() throws IOException {
        Folders.unzip("/log-format-2.zip", folder);
        assertThat(Inspection.of(folder).faults()).isEmpty();
        try (RocksLog log = open(folder)) {
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "**"), "**"))
                    .containsExactly("2", "3", "(forgotten)", "anew", "end of ended", "once", "y", "z");
        }
    }

    /// The library's default grows with its versions; an earlier one could then not read the tables.
    @Test
    void setsTheFormatOfTables() throws IOException {
        open(folder).close();
        List<String> versions = new ArrayList<>();
        try (var options = Files.newDirectoryStream(folder.resolve("db"), "OPTIONS-*")) {
            for (Path file : options) {
                Files.readAllLines(file).stream()
                        .filter(line -> line.strip().startsWith("format_version="))
                        .forEach(line -> versions.add(line.strip()));
            }
        }
        assertThat(versions).hasSizeGreaterThanOrEqualTo(Engine.FAMILIES.size()).containsOnly("format_version=6");
    }

    /// Writes the sample of a new format's first release: `FOLDER ZIP`.
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (RocksLog log = open(folder)) {
            for (String data : new String[] {"1", "2", "3"}) LogFixture.publish(log, "trimmed", data);
            get(log.forget(new ChannelName("forgotten"), LogFixture.publish(log, "forgotten", "secret")));
            LogFixture.publish(log, "deleted", "gone");
            get(log.delete(new ChannelName("deleted")));
            LogFixture.publish(log, "deleted", "anew");
            get(log.append(new Publication(Draft.end(new ChannelName("ended")), Conditions.NONE)));
            LogFixture.once(log, "once", "key", "once");
            get(log.appendAll(List.of(
                    LogFixture.publication("together", "x"),
                    LogFixture.publication("together", "y"),
                    LogFixture.publication("together", "z"))));
        }
        Folders.zip(folder, Path.of(args[1]));
        System.exit(0);
    }
}
