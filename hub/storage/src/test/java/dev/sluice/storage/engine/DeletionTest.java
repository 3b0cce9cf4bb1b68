package dev.sluice.storage.engine;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.RetainedRange;
import dev.sluice.core.index.TrimMark;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import dev.sluice.core.record.RecordOutput;
import dev.sluice.core.sequencer.Sequencer;
import dev.sluice.storage.Folders;
import dev.sluice.storage.LogFixture;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.record.ChannelRecord;
import dev.sluice.storage.record.Extent;
import dev.sluice.storage.record.ExtentIterator;
import dev.sluice.storage.record.HubRecord;
import dev.sluice.storage.record.Layout;
import dev.sluice.storage.repair.Inspection;
import dev.sluice.storage.repair.Salvage;
import dev.sluice.storage.write.RocksEntryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// Deletions on disk: their remains, and deletions interrupted by a crash.
public final class DeletionTest {
    private static final int SLICE = 100;
    private static final int EVENTS = 2_500;
    private static final ChannelName BIG = new ChannelName("big");
    private static final Selection ALL = Selection.of("**");

    @TempDir
    Path folder;

    /// A log's backing without the writer's thread, which would continue deletions.
    public static RocksEntryStore begin(Engine engine) {
        LogLimits limits = LogLimits.builder()
                .entriesMax(100_000)
                .tailBytes(1 << 10)
                .slackMax(10)
                .marks(10, Duration.ofDays(1))
                .lookMax(SLICE)
                .searchMax(1_000)
                .build();
        RocksEntryStore backing = new RocksEntryStore(
                engine, Sync.INTERVAL, Clock.systemUTC(), limits, channel -> Retention.ALL, 1 << 30);
        backing.begin();
        return backing;
    }

    private static void publish(Sequencer sequencer, String channel, String... data) {
        for (String each : data) {
            Draft draft =
                    Draft.event(new ChannelName(channel), "message", EventFields.ofKey(each), Contents.text(each));
            sequencer.append(new Publication(draft, Conditions.NONE), 1);
        }
        sequencer.apply();
    }

    /// Entries, their positions in the order of all channels, and the newest of keys.
    public static long count(Engine engine) {
        long count = 0;
        for (var family : List.of(engine.events, engine.newest)) {
            try (RecordIterator all = engine.records(family)) {
                while (all.next()) count++;
            }
        }
        try (ExtentIterator extents = new ExtentIterator(engine)) {
            for (Extent each = extents.atOrAfter(0); each != null; each = extents.next()) count += each.count();
        }
        return count;
    }

    private Cursor fillAndDelete(Engine engine, int slices) {
        RocksEntryStore backing = begin(engine);
        Index index = backing.index();
        Sequencer sequencer = backing.sequencer();
        publish(sequencer, "small", "first");
        String[] data = new String[EVENTS];
        for (int i = 0; i < EVENTS; i++) data[i] = "k" + i % 10;
        publish(sequencer, "big", data);
        Cursor before = index.head();
        assertThat(sequencer.delete(BIG, 1)).isTrue();
        for (int i = 0; i < slices; i++) {
            long records = count(engine);
            index.clearDeleted(SLICE);
            assertThat(records - count(engine)).isLessThanOrEqualTo(SLICE);
        }
        assertThat(index.isClearing()).isTrue();
        publish(sequencer, "big", "new");
        return before;
    }

    @Test
    void finishesAnInterruptedDeletionThatNoReaderSees() throws Exception {
        Path dead = folder.resolve("dead");
        Cursor before;
        try (Engine engine = Engine.open(folder.resolve("log"), null)) {
            before = fillAndDelete(engine, 5);
            Folders.copy(folder.resolve("log"), dead);
        }
        assertThat(Inspection.of(dead).faults()).isEmpty();
        try (Engine engine = Engine.open(dead, null)) {
            RocksEntryStore backing = begin(engine);
            Index index = backing.index();
            assertThat(index.isClearing()).isTrue();
            while (index.isClearing()) index.clearDeleted(SLICE);
            assertThat(count(engine))
                    .as("two events with a key, of three records each")
                    .isEqualTo(2 * 3);
            backing.close();
        }
        try (RocksLog log = RocksLog.builder(dead).open()) {
            assertThat(words(log)).containsExactly("first", "new");
            assertThat(log.channel(BIG).events()).isEqualTo(1);
            Read read = log.read(ReadCursor.at(before), Selection.of("big"), Filter.NONE, 10, 1_000);
            if (read instanceof Read.Pending(var later)) read = get(later);
            assertThat(read).isInstanceOf(Read.Missing.class);
        }
        assertThat(Inspection.of(dead).faults()).isEmpty();
    }

    /// An older version deleted under the channel's own number: the record says that the channel is empty, and its
    /// entries still exist.
    @Test
    void finishesADeletionOfAnOlderVersionBeforeTheChannelIsUsed() {
        Cursor before;
        try (Engine engine = Engine.open(folder, null)) {
            RocksEntryStore backing = begin(engine);
            Index index = backing.index();
            Sequencer sequencer = backing.sequencer();
            publish(sequencer, "small", "first");
            before = index.head();
            String[] data = new String[EVENTS];
            Arrays.fill(data, "x");
            publish(sequencer, "big", data);
            long number = Objects.requireNonNull(index.channel("big")).number();
            long at = index.last() + 1;
            ChannelRecord deleted =
                    new ChannelRecord(BIG, null, RetainedRange.NONE, 0, 0, new TrimMark(at, at, true), at, 1);
            HubRecord hub = HubRecord.of(engine);
            HubRecord now = new HubRecord(at, at, hub.timeMs(), hub.channels(), hub.folded(), hub.foldedDeletion());
            put(engine, batch -> {
                batch.put(
                        engine.channels,
                        Layout.key(number),
                        deleted.write(new RecordOutput(128)).bytes());
                batch.put(engine.control, Layout.clear(number), new byte[0]);
                batch.put(
                        engine.control,
                        Layout.HUB,
                        now.write(new RecordOutput(64)).bytes());
            });
        }
        try (RocksLog log = RocksLog.builder(folder).open()) {
            assertThat(words(log)).containsExactly("first");
            assertThat(LogFixture.read(log, ReadCursor.at(before), "big")).isInstanceOf(Read.Missing.class);
            LogFixture.publish(log, "big", "new");
        }
        assertThat(Inspection.of(folder).faults()).isEmpty();
        try (RocksLog log = RocksLog.builder(folder).open()) {
            assertThat(words(log)).containsExactly("first", "new");
        }
        try (Engine engine = Engine.open(folder, null)) {
            assertThat(count(engine))
                    .as("two events of two records each, and one key")
                    .isEqualTo(2 * 2 + 1);
        }
    }

    private interface BatchChange {
        void to(WriteBatch batch) throws RocksDBException;
    }

    private static void put(Engine engine, BatchChange change) {
        try (WriteBatch batch = new WriteBatch()) {
            change.to(batch);
            engine.write(batch, true);
        } catch (RocksDBException failed) {
            throw new AssertionError(failed);
        }
    }

    /// A salvage keeps the deletion, although most entries of the channel still exist.
    @Test
    void keepsADeletionWhenSalvaging() throws Exception {
        Path dead = folder.resolve("dead");
        try (Engine engine = Engine.open(folder.resolve("log"), null);
                FlushOptions flush = new FlushOptions()) {
            fillAndDelete(engine, 5);
            engine.db.flush(flush, List.of(engine.events, engine.order, engine.newest));
            Folders.copy(folder.resolve("log"), dead);
        }
        Damage.flip(Damage.tables(dead, "order").getLast(), 0.5);
        assertThat(Inspection.of(dead).faults()).isNotEmpty();
        Salvage salvage = Objects.requireNonNull(Salvage.of(dead, Clock.systemUTC()));
        assertThat(salvage.entries()).isEqualTo(2);
        assertThat(salvage.damaged()).isZero();
        try (RocksLog log = RocksLog.builder(dead).open()) {
            assertThat(words(log)).containsExactly("first", "new");
        }
        assertThat(Inspection.of(dead).faults()).isEmpty();
        try (Engine engine = Engine.open(dead, null)) {
            assertThat(begin(engine).index().isClearing()).isFalse();
            assertThat(count(engine))
                    .as("two events with a key, of three records each")
                    .isEqualTo(2 * 3);
        }
    }

    @Test
    void hidesADeletionInProgress() {
        Path dead = folder.resolve("dead");
        try (Engine engine = Engine.open(folder.resolve("log"), null)) {
            fillAndDelete(engine, 1);
            Folders.copy(folder.resolve("log"), dead);
        }
        try (RocksLog log = RocksLog.builder(dead).open()) {
            // Meanwhile the log's writer continues the deletion.
            for (int i = 0; i < 50; i++) {
                assertThat(words(log)).containsExactly("first", "new");
            }
        }
    }

    private static List<String> words(RocksLog log) {
        ReadCursor place = get(log.locate(new Start.Earliest(), ALL, Filter.NONE));
        List<String> words = new ArrayList<>();
        while (true) {
            Read read = log.read(place, ALL, Filter.NONE, 100, 1 << 20);
            if (read instanceof Read.Pending(var later)) read = get(later);
            switch (read) {
                case Read.Batch(var entries, Cursor next) -> {
                    words.addAll(Contents.describeAll(entries));
                    place = place.moved(next);
                }
                case Read.CaughtUp _ -> {
                    return words;
                }
                case Read.Missing _, Read.Pending _ -> throw new AssertionError(read);
            }
        }
    }

    /// Each deleted range slows down all later deletions and reads, because RocksDB splits overlapping
    /// ranges each time.
    @Test
    void leavesNoRangeDeletionsOfSmallChannels() throws Exception {
        try (Engine engine = Engine.open(folder, null);
                FlushOptions flush = new FlushOptions()) {
            RocksEntryStore backing = begin(engine);
            Index index = backing.index();
            Sequencer sequencer = backing.sequencer();
            for (int i = 0; i < 200; i++) {
                publish(sequencer, "job/" + i, "x", "y");
                assertThat(sequencer.delete(new ChannelName("job/" + i), 1)).isTrue();
                assertThat(index.isClearing()).isFalse();
            }
            assertThat(count(engine)).isZero();
            engine.db.flush(flush, List.of(engine.events, engine.newest));
            for (var family : List.of(engine.events, engine.newest)) {
                String tables = engine.db.getProperty(family, "rocksdb.aggregated-table-properties");
                assertThat(tables).contains("# range deletions=0");
            }
        }
    }

    @Test
    void leavesNoTextOfADeletedChannelInAnyFileAfterACompaction() throws Exception {
        ChannelName answer = new ChannelName("answer");
        try (Engine engine = Engine.open(folder, null)) {
            RocksEntryStore backing = begin(engine);
            Sequencer sequencer = backing.sequencer();
            publishText(sequencer, "kept", "a kept text");
            publishText(sequencer, "answer", "a private text");
            engine.flush(true);
            publishText(sequencer, "answer", "another private text");
            assertThat(filesWith("private")).isNotEmpty();
            assertThat(sequencer.delete(answer, 1)).isTrue();
            while (backing.index().isClearing()) backing.index().clearDeleted(SLICE);
            engine.onRemoved();
            assertThat(engine.cleanUp()).isTrue();
        }
        assertThat(filesWith("kept")).isNotEmpty();
        assertThat(filesWith("private")).isEmpty();
    }

    private static void publishText(Sequencer sequencer, String channel, String text) {
        Draft draft = Draft.event(new ChannelName(channel), "delta", EventFields.ofKey("part"), Contents.text(text));
        sequencer.append(new Publication(draft, Conditions.NONE), 1);
        sequencer.apply();
    }

    private List<String> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> found = new ArrayList<>();
            for (Path each : files.filter(Files::isRegularFile).toList())
                if (Files.readString(each, StandardCharsets.ISO_8859_1).contains(text))
                    found.add(folder.relativize(each).toString());
            return found;
        }
    }
}
