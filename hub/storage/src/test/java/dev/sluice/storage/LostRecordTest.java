package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestLog;
import dev.sluice.storage.engine.Damage;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.record.Layout;
import dev.sluice.storage.repair.DamagedReader;
import dev.sluice.storage.repair.Inspection;
import dev.sluice.storage.repair.Repair;
import dev.sluice.storage.repair.Salvage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.FlushOptions;

/// Single lost records and writes, and the gaps that their readers get.
final class LostRecordTest {
    @TempDir
    Path folder;

    private RocksLog open() {
        return open(Retention.ALL);
    }

    private RocksLog open(Retention rule) {
        return RocksLog.builder(folder)
                .retention(channel -> rule)
                .limits(limits -> limits.marks(0, Duration.ofDays(1)))
                .reserveBytes(0)
                .open();
    }

    private static Cursor keyed(Log log, String channel, String key, String data) {
        Draft draft = Draft.event(new ChannelName(channel), "message", EventFields.ofKey(key), Contents.text(data));
        return ((AppendResult.Placed) TestLog.get(log.append(new Publication(draft, Conditions.NONE)))).id();
    }

    private Salvage salvage() {
        Salvage salvage = Salvage.of(folder, Clock.systemUTC());
        assertThat(salvage).isNotNull();
        assertThat(Inspection.of(folder).faults()).isEmpty();
        return salvage;
    }

    private void assertGap(Cursor after, String channel) {
        try (RocksLog log = open()) {
            assertThat(LogFixture.read(log, ReadCursor.at(LogFixture.at(log, after.text())), channel))
                    .as("%s after %s", channel, after)
                    .isInstanceOf(Read.Missing.class);
            assertThat(LogFixture.publish(log, channel, "new").position()).isGreaterThan(after.position() + 1);
        }
    }

    /// All events of a selection, after a gap at the beginning if there is one.
    private static List<String> words(RocksLog log, String selection) {
        ReadCursor begin = ReadCursor.at(new Cursor(log.head().epoch(), 0));
        return LogFixture.read(log, begin, selection) instanceof Read.Missing missing
                ? LogFixture.words(log, missing.resume(), selection)
                : LogFixture.words(log, begin, selection);
    }

    @Test
    void reportsALossFollowedByAWriteWithoutAPosition() throws IOException {
        Cursor before;
        try (RocksLog log = open()) {
            Cursor secret = LogFixture.publish(log, "a", "secret");
            before = LogFixture.publish(log, "b", "1");
            LogFixture.publish(log, "b", "the lost one");
            TestLog.get(log.forget(new ChannelName("a"), secret));
            LogFixture.publish(log, "c", "3");
        }
        Damage.spoil(folder, "the lost one");
        salvage();
        assertGap(before, "b");
    }

    @Test
    void reportsThatALostWriteMayHaveBeenADeletion() throws IOException {
        try (RocksLog log = open()) {
            LogFixture.publish(log, "a", "1");
            LogFixture.publish(log, "a", "the lost one");
            LogFixture.publish(log, "a", "3");
        }
        Damage.spoil(folder, "the lost one");
        assertThat(salvage().mayBeOlder()).isTrue();
    }

    @Test
    void reportsALossKnownOnlyFromTheHubRecord() throws IOException {
        Cursor before = null;
        try (RocksLog log = open(new Retention(Duration.ofDays(300), 3, 1 << 30).andNewestOfKey())) {
            for (String key : List.of("1", "2", "3")) before = keyed(log, "a", key, "kept " + key);
            keyed(log, "a", "4", "the lost one");
        }
        Damage.spoil(folder, "the lost one");
        salvage();
        assertGap(before, "a");
    }

    @Test
    void reportsALossAtTheEnd() throws IOException {
        Cursor before;
        try (RocksLog log = open()) {
            before = LogFixture.publish(log, "a", "1");
            LogFixture.publish(log, "a", "the lost one");
        }
        Damage.spoil(folder, "the lost one");
        salvage();
        assertGap(before, "a");
    }

    @Test
    void reportsALossAtTheEndWhereTablesAreNewer() throws Exception {
        Cursor before;
        long bytes;
        Engine engine = Engine.open(folder, null);
        try (RocksLog log = WalFileTest.begin(folder, engine)) {
            before = keyed(log, "a", "key", "1");
            bytes = Files.size(Damage.wals(folder).getLast());
            keyed(log, "a", "key", "2");
            try (FlushOptions flush = new FlushOptions()) {
                engine.db.flush(flush, engine.newest);
            }
            log.stop(new LogUnavailableException("a loss of power, simulated by the test", null));
        }
        try (var wal = Files.newByteChannel(Damage.wals(folder).getFirst(), StandardOpenOption.WRITE)) {
            wal.truncate(bytes);
        }
        Files.delete(folder.resolve(Engine.DATABASE).resolve("CURRENT"));
        salvage();
        assertGap(before, "a");
    }

    @Test
    void doesNotBringBackADeletedChannel() throws IOException {
        try (RocksLog log = open()) {
            LogFixture.publish(log, "a", "old");
            LogFixture.publish(log, "b", "1");
        }
        try (RocksLog log = open()) {
            TestLog.get(log.delete(new ChannelName("a")));
            LogFixture.publish(log, "a", "anew");
        }
        open().close();
        Files.write(Damage.files(folder, "MANIFEST.*").getLast(), new byte[300]);
        assertThat(salvage().mayBeOlder()).isTrue();
        try (RocksLog log = open()) {
            assertThat(words(log, "**")).containsExactlyInAnyOrder("1", "anew");
            assertThat(words(log, "a")).containsExactly("anew");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"channels events", "channels events order"})
    void reportsALostChannelRecordToReadersOfTheChannel(String families) throws Exception {
        Cursor begin;
        try (RocksLog log = open()) {
            begin = log.head();
            LogFixture.publish(log, "quiet", "x");
        }
        try (RocksLog log = open()) {
            LogFixture.publish(log, "busy", "1");
        }
        Damage.spoilTables(folder, families.split(" "));
        salvage();
        try (RocksLog log = open()) {
            assertThat(LogFixture.read(log, ReadCursor.at(LogFixture.at(log, begin.text())), "quiet"))
                    .isInstanceOf(Read.Missing.class);
            assertThat(LogFixture.words(log, ReadCursor.at(log.head()), "quiet"))
                    .isEmpty();
        }
    }

    @Test
    void treatsCorruptRecordsAsLost() throws Exception {
        Cursor second;
        try (RocksLog log = open()) {
            LogFixture.publish(log, "a", "1");
            second = LogFixture.publish(log, "a", "2");
            LogFixture.publish(log, "a", "3");
        }
        byte[] nonsense = {1};
        try (Engine engine = Engine.open(folder, null)) {
            engine.db.put(engine.events, Layout.key(1, second.position()), new byte[] {0});
            engine.db.put(engine.channels, Layout.key(99), nonsense);
            engine.db.put(engine.once, Layout.key(1), new byte[] {(byte) 0xff});
            engine.db.put(engine.order, Layout.key(2_000), nonsense);
        }
        assertThat(salvage().entries()).isEqualTo(2);
        try (RocksLog log = open()) {
            assertThat(words(log, "a")).containsExactly("1", "3");
            assertThat(LogFixture.read(log, ReadCursor.at(new Cursor(second.epoch(), 0)), "a"))
                    .isInstanceOf(Read.Missing.class);
        }
    }

    /// Entries that were written together share a record of the order.
    @Test
    void reportsTheLossOfOneOfManyWrittenTogether() throws Exception {
        Cursor third;
        try (RocksLog log = open()) {
            List<Publication> together = new ArrayList<>();
            for (int i = 1; i <= 5; i++) together.add(LogFixture.publication("a", "" + i));
            third = ((AppendResult.Placed) ((AppendResult.Batch.All) TestLog.get(log.appendAll(together)))
                            .each()
                            .get(2))
                    .id();
        }
        try (Engine engine = Engine.open(folder, null)) {
            engine.db.put(engine.events, Layout.key(1, third.position()), new byte[] {0});
        }
        assertThat(salvage().entries()).isEqualTo(4);
        try (RocksLog log = open()) {
            assertThat(words(log, "**")).containsExactly("1", "2", "4", "5");
            assertThat(LogFixture.read(log, ReadCursor.at(new Cursor(third.epoch(), 0)), "a"))
                    .isInstanceOf(Read.Missing.class);
            Cursor behind = LogFixture.at(log, new Cursor(third.epoch(), third.position() + 1).text());
            assertThat(LogFixture.read(log, ReadCursor.at(behind), "a")).isInstanceOf(Read.Batch.class);
        }
    }

    @Test
    void failsWhereTheNewLogIsDamaged() throws Exception {
        try (RocksLog log = open()) {
            for (int i = 0; i < 2_000; i++) LogFixture.publish(log, "a", "event " + i);
        }
        open().close();
        Path half = Folders.copy(folder, folder.resolve("half"));
        Damage.flip(Damage.tables(half, "events").getLast(), 0.5);
        try (DamagedReader damaged = DamagedReader.of(
                        folder.resolve(Engine.DATABASE), Files.createDirectory(folder.resolve("work")));
                Engine log = Engine.openDamaged(half)) {
            assertThatThrownBy(() -> new Repair(damaged, log).run()).isInstanceOf(LogUnavailableException.class);
        }
    }
}
