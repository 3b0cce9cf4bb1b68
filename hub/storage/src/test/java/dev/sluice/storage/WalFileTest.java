package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.engine.Damage;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.WalFile;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.repair.Salvage;
import dev.sluice.storage.write.RocksEntryStore;
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
public final class WalFileTest {
    @TempDir
    Path folder;

    /// A log over an engine that the test uses too.
    public static RocksLog begin(Path folder, Engine engine) {
        LogLimits limits = LogLimits.builder()
                .entriesMax(1_000)
                .slackMax(10)
                .marks(10, Duration.ofDays(1))
                .lookMax(1_000)
                .build();
        RocksEntryStore backing = new RocksEntryStore(
                engine, Sync.INTERVAL, Clock.systemUTC(), limits, channel -> Retention.ALL, 1 << 30);
        return RocksLog.begin(folder, engine, backing, () -> Long.MAX_VALUE, 0, Clock.systemUTC(), Sync.INTERVAL, 1);
    }

    /// Damage to the middle file.
    enum Fault {
        MISSING,
        EMPTY,
        /// Cut after a complete write.
        SHORT,
        /// Cut as by a loss of power.
        TORN
    }

    private long wholeBytes;
    private Cursor lost;

    /// Creates three write-ahead log files: RocksDB begins a new one whenever it flushes a family to a table.
    private List<Path> fill() throws IOException, RocksDBException {
        Engine engine = Engine.open(folder, null);
        try (RocksLog log = begin(folder, engine);
                FlushOptions flush = new FlushOptions()) {
            LogFixture.publish(log, "a", "1");
            engine.db.flush(flush, engine.channels);
            LogFixture.publish(log, "b", "2");
            wholeBytes = Files.size(Damage.wals(folder).getLast());
            lost = LogFixture.publish(log, "b", "3");
            engine.db.flush(flush, engine.channels);
            LogFixture.publish(log, "a", "4");
        }
        List<Path> wals = Damage.wals(folder);
        assertThat(wals).hasSize(3);
        return wals;
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void refusesAFileThatEndsBeforeTheNextOneBegins(Fault fault) throws Exception {
        Path middle = fill().get(1);
        try (FileChannel file = FileChannel.open(middle, StandardOpenOption.WRITE)) {
            switch (fault) {
                case MISSING -> Files.delete(middle);
                case EMPTY -> file.truncate(0);
                case SHORT -> file.truncate(wholeBytes);
                case TORN -> file.truncate(wholeBytes + 20);
            }
        }
        assertThatThrownBy(() -> RocksLog.builder(folder).open())
                .isInstanceOfSatisfying(
                        CannotOpenException.class,
                        cannot -> assertThat(cannot.reason()).isEqualTo(OpenFailure.DAMAGED))
                .hasMessageContaining("is missing before")
                .hasMessageContaining(Damage.wals(folder).getLast().toString());
        assertThat(Salvage.of(folder, Clock.systemUTC())).isNotNull();
        try (RocksLog log = RocksLog.builder(folder).open()) {
            ReadCursor before = ReadCursor.at(LogFixture.at(log, new Cursor(lost.epoch(), lost.position() - 1).text()));
            assertThat(LogFixture.read(log, before, "b")).isInstanceOf(Read.Missing.class);
            assertThat(LogFixture.words(log, before, "a")).containsExactly("4");
        }
    }

    @Test
    void acceptsFilesWithoutAGap() throws Exception {
        fill();
        try (RocksLog log = RocksLog.builder(folder).open()) {
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "**"), "**"))
                    .containsExactly("1", "2", "3", "4");
        }
    }

    /// A crash while RocksDB removes the files, from the newest to the oldest.
    @Test
    void acceptsALeftoverFileThatIsNoLongerNeeded() throws Exception {
        Engine engine = Engine.open(folder, null);
        Path left;
        byte[] bytes;
        try (RocksLog log = begin(folder, engine)) {
            LogFixture.publish(log, "a", "1");
            left = Damage.wals(folder).getLast();
            bytes = Files.readAllBytes(left);
            engine.cleanUp();
            LogFixture.publish(log, "a", "2");
            engine.onRemoved();
            engine.cleanUp();
            LogFixture.publish(log, "a", "3");
        }
        Files.write(left, bytes);
        assertThat(Damage.wals(folder)).hasSize(2);
        try (RocksLog log = RocksLog.builder(folder).open()) {
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "**"), "**"))
                    .containsExactly("1", "2", "3");
        }
    }

    @Test
    void sortsFilesByNumber() throws IOException {
        for (String name : List.of("1000000.log", "999999.log", "1000001.log")) {
            Files.createFile(folder.resolve(name));
        }
        assertThat(WalFile.all(folder))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("999999.log", "1000000.log", "1000001.log");
    }
}
