package dev.sluice.storage.write;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.log.BackwardRead;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.storage.LogFixture;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.record.Extent;
import dev.sluice.storage.record.ExtentIterator;
import dev.sluice.storage.repair.Inspection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/// Entries that share a record in the order of all channels. Nothing is in memory, so readers of all channels go by
/// that order.
final class EntryOrderTest {
    private static final Selection ALL = Selection.of("**");

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();

    private RocksLog open() {
        return RocksLog.builder(folder)
                .clock(clock)
                .retention(EntryOrderTest::retention)
                .limits(limits -> limits.tailBytes(0).entriesMax(150))
                .reserveBytes(0)
                .open();
    }

    private static Retention retention(ChannelName channel) {
        return switch (channel.value()) {
            case "trimmed" -> Retention.events(20);
            case "keyed" -> Retention.events(10).andNewestOfKey();
            default -> Retention.ALL;
        };
    }

    private static Publication publication(String channel, String key, int number) {
        Draft draft = Draft.event(
                new ChannelName(channel),
                "message",
                EventFields.ofKey(channel.equals("keyed") ? key : null),
                Contents.text(channel + " " + number));
        return new Publication(draft, Conditions.NONE);
    }

    private static void publish(RocksLog log, String channel, int from, int to) {
        List<Publication> batch = new ArrayList<>();
        for (int number = from; number < to; number++) batch.add(publication(channel, "key " + number % 7, number));
        get(log.appendAll(batch));
    }

    private List<Extent> extents() {
        List<Extent> extents = new ArrayList<>();
        try (Engine engine = Engine.open(folder, null);
                ExtentIterator iterator = new ExtentIterator(engine)) {
            for (Extent each = iterator.atOrAfter(0); each != null; each = iterator.next()) extents.add(each);
        }
        return extents;
    }

    /// All entries after a position: lost entries are reported first.
    private static List<Entry> forwards(RocksLog log, long after) {
        List<Entry> entries = new ArrayList<>();
        ReadCursor place = ReadCursor.at(new Cursor(log.head().epoch(), after));
        while (true) {
            switch (LogFixture.read(log, place, "**")) {
                case Read.Batch batch -> {
                    entries.addAll(batch.entries());
                    place = place.moved(batch.next());
                }
                case Read.Missing missing -> place = missing.resume();
                case Read.CaughtUp _ -> {
                    return entries;
                }
                case Read.Pending _ -> throw new AssertionError("still pending");
            }
        }
    }

    private static List<Entry> backwards(RocksLog log, long upTo) {
        List<Entry> entries = new ArrayList<>();
        Cursor from = new Cursor(log.head().epoch(), upTo);
        while (from != null) {
            BackwardRead earlier = get(log.readBack(from, ALL, 10, Long.MAX_VALUE));
            entries.addAll(earlier.entries());
            from = earlier.next();
        }
        return entries.stream().sorted(Comparator.comparing(Entry::position)).toList();
    }

    @Test
    void entriesWrittenTogetherToAChannelShareARecord() {
        try (RocksLog log = open()) {
            publish(log, "a", 0, 100);
            get(log.appendAll(List.of(publication("b", "", 0), publication("a", "", 100), publication("a", "", 101))));
            get(log.append(new Publication(Draft.end(new ChannelName("a")), Conditions.NONE)));
        }
        assertThat(extents()).extracting(Extent::count).containsExactly(100L, 1L, 2L, 1L);
        assertThat(extents()).extracting(Extent::isEnd).containsExactly(false, false, false, true);
    }

    @Test
    void aLargeBatchHasSeveralRecords() {
        int many = Extent.COUNT_MAX + 1;
        try (RocksLog log = RocksLog.builder(folder).reserveBytes(0).open()) {
            publish(log, "a", 0, many);
        }
        assertThat(extents()).extracting(Extent::count).containsExactly((long) Extent.COUNT_MAX, 1L);
    }

    /// Compaction removes them much later.
    @Test
    void readersPassRemovedRecordsOnlyOnce() {
        RocksDB.loadLibrary();
        try (Statistics statistics = new Statistics();
                Engine engine = Engine.open(folder, statistics)) {
            RocksEntryStore store = new RocksEntryStore(
                    engine,
                    Sync.INTERVAL,
                    clock,
                    LogLimits.builder().tailBytes(0).build(),
                    _ -> Retention.events(1),
                    1 << 30);
            for (int i = 0; i < 1_000; i++) {
                store.sequencer().append(publication(i % 2 == 0 ? "a" : "b", "", i), clock.millis());
                store.sequencer().apply();
            }
            assertThat(passedByTheNextReader(store, statistics)).isGreaterThan(900);
            assertThat(passedByTheNextReader(store, statistics)).isLessThan(100);
        }
    }

    private static long passedByTheNextReader(RocksEntryStore store, Statistics statistics) {
        long before = statistics.getTickerCount(TickerType.NUMBER_ITER_SKIP);
        try (EntryIterator entries = store.index().source().after(0, Long.MAX_VALUE)) {
            assertThat(entries.next())
                    .isNotNull()
                    .extracting(Contents::describe)
                    .isEqualTo("a 998");
        }
        return statistics.getTickerCount(TickerType.NUMBER_ITER_SKIP) - before;
    }

    @Test
    void readsToAndFromTheMiddleOfARecord() {
        try (RocksLog log = open()) {
            publish(log, "a", 0, 50);
            publish(log, "b", 0, 50);
            for (long position : new long[] {0, 1, 25, 49, 50, 51, 75, 99, 100}) {
                assertThat(forwards(log, position))
                        .extracting(Entry::position)
                        .hasSize((int) (100 - position))
                        .allMatch(each -> each > position)
                        .isSorted();
                assertThat(backwards(log, position)).extracting(Entry::position).hasSize((int) position);
            }
        }
    }

    @Test
    void aBusyChannelIsTrimmedByRanges() {
        int many = 2 * RocksEntryStore.RANGE_MIN;
        try (RocksLog log = RocksLog.builder(folder)
                .retention(channel -> Retention.events(RocksEntryStore.RANGE_MIN))
                .limits(limits -> limits.slackMax(RocksEntryStore.RANGE_MIN))
                .reserveBytes(0)
                .open()) {
            publish(log, "a", 0, many + 100);
        }
        assertThat(extents().stream().mapToLong(Extent::count).sum()).isEqualTo(RocksEntryStore.RANGE_MIN);
        assertThat(Inspection.of(folder).faults()).isEmpty();
    }

    /// Retention drops the oldest entries of some channels, all but the newest of a key of another, and the oldest of
    /// all; a channel is deleted now and then.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void namesExactlyTheRetainedEntries(long seed) {
        Random random = new Random(seed);
        List<String> channels = List.of("trimmed", "keyed", "kept", "deleted");
        try (RocksLog log = open()) {
            for (int i = 0; i < 120; i++) {
                String channel = channels.get(random.nextInt(channels.size()));
                int from = 100 * i;
                publish(log, channel, from, from + 1 + random.nextInt(15));
                if (random.nextInt(3) == 0) clock.advance(Duration.ofMillis(5));
                if (random.nextInt(15) == 0) get(log.delete(new ChannelName("deleted")));
                List<Long> kept = channels.stream()
                        .flatMap(each -> positions(log, each).stream())
                        .sorted()
                        .toList();
                assertThat(forwards(log, 0)).extracting(Entry::position).containsExactlyElementsOf(kept);
                long at = random.nextLong(log.head().position() + 1);
                assertThat(forwards(log, at))
                        .extracting(Entry::position)
                        .containsExactlyElementsOf(
                                kept.stream().filter(each -> each > at).toList());
                assertThat(backwards(log, at))
                        .extracting(Entry::position)
                        .containsExactlyElementsOf(
                                kept.stream().filter(each -> each <= at).toList());
            }
        }
        assertThat(Inspection.of(folder).faults()).isEmpty();
    }

    private static List<Long> positions(RocksLog log, String channel) {
        return LogFixture.entries(log, LogFixture.earliest(log, channel), channel).stream()
                .map(Entry::position)
                .toList();
    }
}
