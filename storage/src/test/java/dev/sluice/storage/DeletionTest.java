package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import dev.sluice.core.store.Held;
import dev.sluice.core.store.Limits;
import dev.sluice.core.store.Mark;
import dev.sluice.core.store.Staging;
import dev.sluice.core.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// Deletions on disk: what they leave behind, and what becomes of one in the middle of which the process dies.
final class DeletionTest {
    private static final int SLICE = 100;
    private static final int EVENTS = 2_500;
    private static final ChannelName BIG = new ChannelName("big");
    private static final Selection ALL = Selection.of("**");

    @TempDir
    Path folder;

    /// The parts of a log without the thread that goes on with deletions.
    static Disk disk(Engine engine) {
        Limits limits = new Limits(
                100_000, 1 << 30, 1 << 10, 10, 1_000, 10, Duration.ofDays(1), 0, Duration.ofDays(1), 0, SLICE, 1_000);
        Disk disk = new Disk(engine, Sync.INTERVAL, Clock.systemUTC(), limits, channel -> Retention.ALL, 1 << 30);
        disk.begin();
        return disk;
    }

    private static void publish(Store store, String channel, String... data) {
        Staging staging = new Staging(store, 1);
        for (String each : data) {
            Draft draft = new Draft(new ChannelName(channel), "message", each, null, Contents.text(each), false, false);
            staging.stage(new Publication(draft, Conditions.NONE));
        }
        store.commit(staging, 1);
    }

    static long count(Engine engine) {
        long count = 0;
        for (var family : List.of(engine.events, engine.order, engine.newest)) {
            try (RecordWalk all = engine.records(family)) {
                while (all.next()) count++;
            }
        }
        return count;
    }

    private Cursor fillAndDelete(Engine engine, int slices) {
        Store store = disk(engine).store();
        publish(store, "small", "first");
        String[] data = new String[EVENTS];
        for (int i = 0; i < EVENTS; i++) data[i] = "k" + i % 10;
        publish(store, "big", data);
        Cursor before = store.head();
        assertThat(store.delete(BIG, 1)).isTrue();
        for (int i = 0; i < slices; i++) {
            long records = count(engine);
            store.clearDeleted(SLICE);
            assertThat(records - count(engine)).isLessThanOrEqualTo(SLICE);
        }
        assertThat(store.isClearing()).isTrue();
        publish(store, "big", "new");
        return before;
    }

    @Test
    void isFinishedByTheNextStartWithoutAnybodySeeingHalfOfIt() throws Exception {
        Path dead = folder.resolve("dead");
        Cursor before;
        try (Engine engine = Engine.open(folder.resolve("log"), null)) {
            before = fillAndDelete(engine, 5);
            Folders.copy(folder.resolve("log"), dead);
        }
        assertThat(Inspection.of(dead).faults()).isEmpty();
        try (Engine engine = Engine.open(dead, null)) {
            Disk disk = disk(engine);
            Store store = disk.store();
            assertThat(store.isClearing()).isTrue();
            while (store.isClearing()) store.clearDeleted(SLICE);
            assertThat(count(engine)).as("two events, each with its places").isEqualTo(2 * 3);
            disk.close();
        }
        try (RocksLog log = RocksLog.open(dead)) {
            assertThat(words(log)).containsExactly("first", "new");
            assertThat(log.channel(BIG).events()).isEqualTo(1);
            Read read = log.read(Place.at(before), Selection.of("big"), Filter.NONE, 10, 1_000);
            if (read instanceof Read.Elsewhere(var later)) read = get(later);
            assertThat(read).isInstanceOf(Read.Missing.class);
        }
        assertThat(Inspection.of(dead).faults()).isEmpty();
    }

    /// What a hub wrote that deleted under the channel's own number: its record says that it is empty, and its entries
    /// are still there.
    @Test
    void isFinishedForAnOlderHubBeforeTheChannelIsUsed() {
        Cursor before;
        try (Engine engine = Engine.open(folder, null)) {
            Disk disk = disk(engine);
            Store store = disk.store();
            publish(store, "small", "first");
            before = store.head();
            String[] data = new String[EVENTS];
            Arrays.fill(data, "x");
            publish(store, "big", data);
            long number = Objects.requireNonNull(store.channel("big")).number();
            long at = store.last() + 1;
            ChannelRecord deleted = new ChannelRecord(BIG, null, Held.NONE, 0, 0, new Mark(at, at, true), at, 1);
            HubRecord hub = HubRecord.of(engine);
            HubRecord now = new HubRecord(at, at, hub.timeMs(), hub.channels(), hub.folded(), hub.foldedDeletion());
            put(engine, batch -> {
                batch.put(engine.channels, Layout.key(number), deleted.write());
                batch.put(engine.control, Layout.clear(number), new byte[0]);
                batch.put(engine.control, Layout.HUB, now.write());
            });
        }
        try (RocksLog log = RocksLog.open(folder)) {
            assertThat(words(log)).containsExactly("first");
            assertThat(Hand.read(log, Place.at(before), "big")).isInstanceOf(Read.Missing.class);
            Hand.publish(log, "big", "new");
        }
        assertThat(Inspection.of(folder).faults()).isEmpty();
        try (RocksLog log = RocksLog.open(folder)) {
            assertThat(words(log)).containsExactly("first", "new");
        }
        try (Engine engine = Engine.open(folder, null)) {
            assertThat(count(engine))
                    .as("two events with their places, one with a key")
                    .isEqualTo(2 * 2 + 1);
        }
    }

    private interface Puts {
        void to(WriteBatch batch) throws RocksDBException;
    }

    private static void put(Engine engine, Puts puts) {
        try (WriteBatch batch = new WriteBatch()) {
            puts.to(batch);
            engine.write(batch, true);
        } catch (RocksDBException failed) {
            throw new AssertionError(failed);
        }
    }

    /// A salvage knows of the deletion, though most entries of the channel are still there.
    @Test
    void isNotUndoneBySalvaging() throws Exception {
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
        assertThat(salvage.hurt()).isZero();
        try (RocksLog log = RocksLog.open(dead)) {
            assertThat(words(log)).containsExactly("first", "new");
        }
        assertThat(Inspection.of(dead).faults()).isEmpty();
        try (Engine engine = Engine.open(dead, null)) {
            assertThat(disk(engine).store().isClearing()).isFalse();
            assertThat(count(engine)).as("two events, each with its places").isEqualTo(2 * 3);
        }
    }

    @Test
    void isNotSeenWhileItGoesOn() {
        Path dead = folder.resolve("dead");
        try (Engine engine = Engine.open(folder.resolve("log"), null)) {
            fillAndDelete(engine, 1);
            Folders.copy(folder.resolve("log"), dead);
        }
        try (RocksLog log = RocksLog.open(dead)) {
            // Its writer goes on with the deletion meanwhile.
            for (int i = 0; i < 50; i++) {
                assertThat(words(log)).containsExactly("first", "new");
            }
        }
    }

    private static List<String> words(RocksLog log) {
        Place place = get(log.locate(new Start.Earliest(), ALL, Filter.NONE));
        List<String> words = new ArrayList<>();
        while (true) {
            Read read = log.read(place, ALL, Filter.NONE, 100, 1 << 20);
            if (read instanceof Read.Elsewhere(var later)) read = get(later);
            switch (read) {
                case Read.Batch(var entries, Cursor next) -> {
                    words.addAll(Contents.words(entries));
                    place = place.moved(next);
                }
                case Read.CaughtUp _ -> {
                    return words;
                }
                case Read.Missing _, Read.Elsewhere _ -> throw new AssertionError(read);
            }
        }
    }

    /// Each range that was deleted is in the way of every later deletion and read (RocksDB cuts all of them apart
    /// anew).
    @Test
    void leavesNoRangesBehindWhereChannelsAreSmall() throws Exception {
        try (Engine engine = Engine.open(folder, null);
                FlushOptions flush = new FlushOptions()) {
            Store store = disk(engine).store();
            for (int i = 0; i < 200; i++) {
                publish(store, "job/" + i, "x", "y");
                assertThat(store.delete(new ChannelName("job/" + i), 1)).isTrue();
                assertThat(store.isClearing()).isFalse();
            }
            assertThat(count(engine)).isZero();
            engine.db.flush(flush, List.of(engine.events, engine.newest));
            for (var family : List.of(engine.events, engine.newest)) {
                String tables = engine.db.getProperty(family, "rocksdb.aggregated-table-properties");
                assertThat(tables).contains("# range deletions=0");
            }
        }
    }
}
