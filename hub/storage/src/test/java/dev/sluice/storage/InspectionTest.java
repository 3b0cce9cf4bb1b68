package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.repair.Inspection;
import dev.sluice.storage.repair.Salvage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InspectionTest {
    @TempDir
    Path folder;

    private RocksLog open() {
        return RocksLog.builder(folder)
                .retention(channel -> channel.value().equals("trimmed") ? Retention.events(20) : Retention.ALL)
                .reserveBytes(0)
                .open();
    }

    /// Fills a log with a sample of everything it can contain.
    private void fill() {
        try (RocksLog log = open()) {
            for (int i = 0; i < 500; i++) LogFixture.publish(log, "trimmed", "event " + i);
            Cursor forgotten = LogFixture.publish(log, "kept", "secret");
            get(log.forget(new ChannelName("kept"), forgotten));
            LogFixture.publish(log, "kept", "four");
            LogFixture.publish(log, "deleted", "gone");
            get(log.delete(new ChannelName("deleted")));
            LogFixture.publish(log, "ended", "last");
            get(log.append(new Publication(Draft.end(new ChannelName("ended")), Conditions.NONE)));
            log.maintain();
        }
    }

    private void with(Consumer<Engine> change) {
        try (Engine engine = Engine.open(folder, null)) {
            change.accept(engine);
        }
    }

    @Test
    void describesAnIntactLogWithoutFaults() {
        fill();
        Inspection first = Inspection.of(folder);
        assertThat(first.faults()).isEmpty();
        assertThat(first.wasClosed()).isTrue();
        assertThat(first.lives()).hasSize(1);
        assertThat(first.channels())
                .extracting(channel -> channel.name().value())
                .containsExactly("trimmed", "kept", "ended");
        var kept = first.channels().get(1);
        assertThat(kept.events()).isEqualTo(2);
        assertThat(kept.bytes()).isEqualTo("four".length());
        assertThat(first.channels().get(2).end()).isEqualTo(first.head());
        assertThat(Inspection.of(folder))
                .usingRecursiveComparison()
                .ignoringFields("bytes")
                .isEqualTo(first);
    }

    /// A start would write tables and remove the write-ahead log.
    @Test
    void changesNothing() throws Exception {
        fill();
        Map<Path, FileTime> before = files();
        assertThat(Inspection.of(folder).faults()).isEmpty();
        assertThat(Salvage.of(folder, Clock.systemUTC())).isNull();
        assertThat(files()).isEqualTo(before);
    }

    private Map<Path, FileTime> files() throws IOException {
        Map<Path, FileTime> files = new TreeMap<>();
        try (var all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList())
                files.put(file, Files.getLastModifiedTime(file));
        }
        return files;
    }

    @Test
    void reportsAnUncleanEnd() {
        fill();
        try (RocksLog log = open()) {
            log.stop(new LogUnavailableException("a crash, simulated by the test", null));
        }
        assertThat(Inspection.of(folder).wasClosed()).isFalse();
        open().close();
        assertThat(Inspection.of(folder).lives()).hasSize(3);
    }

    @Test
    void findsAMissingEvent() {
        fill();
        with(engine -> {
            try (var events = engine.db.newIterator(engine.events)) {
                events.seekToLast();
                engine.db.delete(engine.events, events.key());
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
        assertThat(Inspection.of(folder).faults())
                .hasSize(2)
                .anyMatch(fault -> fault.startsWith("'ended' keeps 1 events"))
                .anyMatch(fault -> fault.startsWith("The order of all channels has "));
    }

    @Test
    void findsAMissingOrderRecord() {
        fill();
        with(engine -> {
            try (var order = engine.db.newIterator(engine.order)) {
                order.seekToLast();
                engine.db.delete(engine.order, order.key());
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
        assertThat(Inspection.of(folder).faults())
                .anyMatch(fault -> fault.startsWith("'ended': ") && fault.contains("missing in the order"));
    }

    @Test
    void findsAFlippedBit() throws Exception {
        fill();
        open().close();
        Path table;
        try (var files = Files.list(folder.resolve(Engine.DATABASE))) {
            table = files.filter(file -> file.toString().endsWith(".sst"))
                    .max((one, other) ->
                            Long.compare(one.toFile().length(), other.toFile().length()))
                    .orElseThrow();
        }
        try (var file = new RandomAccessFile(table.toFile(), "rw")) {
            file.seek(20);
            int octet = file.read();
            file.seek(20);
            file.write(octet ^ 1);
        }
        assertThat(Inspection.of(folder).faults())
                .anyMatch(fault -> fault.contains(table.getFileName().toString()));
    }

    @Test
    void refusesAMissingLogAndOneInUse() {
        assertThatThrownBy(() -> Inspection.of(folder))
                .isInstanceOf(CannotOpenException.class)
                .hasMessageContaining("no log");
        try (RocksLog log = open()) {
            LogFixture.publish(log, "a", "1");
            assertThatThrownBy(() -> Inspection.of(folder))
                    .isInstanceOf(CannotOpenException.class)
                    .hasMessageContaining("in use");
        }
    }
}
