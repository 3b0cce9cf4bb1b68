package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders as each format's releases wrote them can be read for ever.
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
    void readsTheFirst() throws IOException {
        unzip("/log-format-1.zip");
        try (RocksLog log = open(folder)) {
            Epoch epoch = log.head().epoch();
            Place begin = Place.at(new Cursor(epoch, 0));
            assertThat(((Read.Missing) Hand.read(log, begin, "trimmed")).gap().resume())
                    .isEqualTo(new Cursor(epoch, 1));
            assertThat(Hand.words(log, Hand.earliest(log, "**"), "**"))
                    .containsExactly("2", "3", "(forgotten)", "anew", "end of ended", "once");
            assertThat(Hand.read(log, begin, "deleted")).isInstanceOf(Read.Missing.class);
            assertThat(Hand.once(log, "once", "key", "once")).isInstanceOf(dev.sluice.core.log.Appended.Same.class);
            Cursor next = Hand.publish(log, "trimmed", "4");
            assertThat(next.epoch()).isNotEqualTo(epoch);
            assertThat(Hand.at(log, begin.cursor().text())).isEqualTo(begin.cursor());
        }
    }

    private void unzip(String resource) throws IOException {
        try (InputStream file = FormatTest.class.getResourceAsStream(resource);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = folder.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                Files.write(target, zip.readAllBytes());
            }
        }
    }

    /// Writes what a new format's first release is to keep: `FOLDER ZIP`.
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (RocksLog log = open(folder)) {
            for (String data : new String[] {"1", "2", "3"}) Hand.publish(log, "trimmed", data);
            get(log.forget(new ChannelName("forgotten"), Hand.publish(log, "forgotten", "secret")));
            Hand.publish(log, "deleted", "gone");
            get(log.delete(new ChannelName("deleted")));
            Hand.publish(log, "deleted", "anew");
            get(log.append(new Publication(Draft.end(new ChannelName("ended")), Conditions.NONE)));
            Hand.once(log, "once", "key", "once");
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(Path.of(args[1])));
                var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = folder.relativize(file).toString();
                if (name.matches("LOCK|db/(LOG.*|LOCK)")) continue;
                zip.putNextEntry(new ZipEntry(name));
                Files.copy(file, zip);
            }
        }
        System.exit(0);
    }
}
