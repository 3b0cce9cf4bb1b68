package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.store.Limits;
import dev.sluice.storage.CannotOpen.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;

/// A write-ahead log of several files.
final class WalFileTest {
    @TempDir
    Path folder;

    /// A log over an engine that a test may use too.
    static RocksLog begin(Path folder, Engine engine) {
        Limits limits = new Limits(
                1_000, 1 << 30, 1 << 20, 10, 1_000, 10, Duration.ofDays(1), 0, Duration.ofDays(1), 0, 1_000, 1_000);
        Disk disk = new Disk(engine, Sync.INTERVAL, Clock.systemUTC(), limits, channel -> Retention.ALL, 1 << 30);
        return RocksLog.begin(folder, engine, disk, () -> Long.MAX_VALUE, 0, Clock.systemUTC(), Sync.INTERVAL, 1);
    }

    /// What can become of the file in the middle.
    enum Fate {
        MISSING,
        EMPTY,
        /// Behind a whole write.
        SHORT,
        /// As a loss of power leaves it.
        TORN
    }

    private long wholeBytes;
    private Cursor lost;

    /// Three files of the write-ahead log: whenever one family gets a table, the next begins.
    private List<Path> fill() throws IOException, RocksDBException {
        Engine engine = Engine.open(folder, null);
        try (RocksLog log = begin(folder, engine);
                FlushOptions flush = new FlushOptions()) {
            Hand.publish(log, "a", "1");
            engine.db.flush(flush, engine.channels);
            Hand.publish(log, "b", "2");
            wholeBytes = Files.size(Damage.wals(folder).getLast());
            lost = Hand.publish(log, "b", "3");
            engine.db.flush(flush, engine.channels);
            Hand.publish(log, "a", "4");
        }
        List<Path> wals = Damage.wals(folder);
        assertThat(wals).hasSize(3);
        return wals;
    }

    @ParameterizedTest
    @EnumSource(Fate.class)
    void mayNotEndBeforeTheNextFileBegins(Fate fate) throws Exception {
        Path middle = fill().get(1);
        try (FileChannel file = FileChannel.open(middle, StandardOpenOption.WRITE)) {
            switch (fate) {
                case MISSING -> Files.delete(middle);
                case EMPTY -> file.truncate(0);
                case SHORT -> file.truncate(wholeBytes);
                case TORN -> file.truncate(wholeBytes + 20);
            }
        }
        assertThatThrownBy(() -> RocksLog.open(folder))
                .isInstanceOfSatisfying(
                        CannotOpen.class, cannot -> assertThat(cannot.reason()).isEqualTo(Reason.DAMAGED))
                .hasMessageContaining("in front of")
                .hasMessageContaining(Damage.wals(folder).getLast().toString());
        assertThat(Salvage.of(folder, Clock.systemUTC())).isNotNull();
        try (RocksLog log = RocksLog.open(folder)) {
            Place before = Place.at(Hand.at(log, new Cursor(lost.epoch(), lost.position() - 1).text()));
            assertThat(Hand.read(log, before, "b")).isInstanceOf(Read.Missing.class);
            assertThat(Hand.words(log, before, "a")).containsExactly("4");
        }
    }

    @Test
    void isWholeWhereEachFileBeginsBehindTheLast() throws Exception {
        fill();
        try (RocksLog log = RocksLog.open(folder)) {
            assertThat(Hand.words(log, Hand.earliest(log, "**"), "**")).containsExactly("1", "2", "3", "4");
        }
    }

    /// A death while RocksDB removes them, which it does from the newest to the oldest.
    @Test
    void isWholeWhereAFileThatIsNoLongerNeededWasLeft() throws Exception {
        Engine engine = Engine.open(folder, null);
        Path left;
        byte[] bytes;
        try (RocksLog log = begin(folder, engine)) {
            Hand.publish(log, "a", "1");
            left = Damage.wals(folder).getLast();
            bytes = Files.readAllBytes(left);
            engine.cleanUp();
            Hand.publish(log, "a", "2");
            engine.removed();
            engine.cleanUp();
            Hand.publish(log, "a", "3");
        }
        Files.write(left, bytes);
        assertThat(Damage.wals(folder)).hasSize(2);
        try (RocksLog log = RocksLog.open(folder)) {
            assertThat(Hand.words(log, Hand.earliest(log, "**"), "**")).containsExactly("1", "2", "3");
        }
    }

    @Test
    void isReadInTheOrderOfItsNumbers() throws IOException {
        for (String name : List.of("1000000.log", "999999.log", "1000001.log")) {
            Files.createFile(folder.resolve(name));
        }
        assertThat(WalFile.all(folder))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("999999.log", "1000000.log", "1000001.log");
    }
}
