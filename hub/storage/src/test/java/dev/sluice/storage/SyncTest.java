package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.TestLog;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.record.Layout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/// Counts the syncs that the log requests. Whether the disk honours them can't be tested here.
final class SyncTest {
    private static final int EVENTS = 20;

    @TempDir
    Path folder;

    private long syncs(Sync sync) {
        RocksDB.loadLibrary();
        try (Statistics statistics = new Statistics();
                RocksLog log = RocksLog.builder(folder.resolve(sync.name()))
                        .sync(sync)
                        .reserveBytes(0)
                        .counting(statistics)
                        .open()) {
            long before = statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
            for (int i = 0; i < EVENTS; i++) LogFixture.publish(log, "a", Integer.toString(i));
            return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED) - before;
        }
    }

    @Test
    void syncsBeforeEachAcknowledgementWithAlways() {
        assertThat(syncs(Sync.ALWAYS)).isGreaterThanOrEqualTo(EVENTS);
    }

    @Test
    void syncsPeriodicallyWithInterval() {
        assertThat(syncs(Sync.INTERVAL)).isLessThan(EVENTS);
    }

    @Test
    void syncsOnceForAllEventsOfAForgottenKey() {
        RocksDB.loadLibrary();
        try (Statistics statistics = new Statistics();
                RocksLog log = RocksLog.builder(folder)
                        .sync(Sync.ALWAYS)
                        .reserveBytes(0)
                        .counting(statistics)
                        .open()) {
            ChannelName channel = new ChannelName("a");
            for (int i = 0; i < EVENTS; i++) {
                Draft draft = Draft.event(channel, "message", EventFields.ofKey("k"), Contents.text("secret"));
                TestLog.get(log.append(new Publication(draft, Conditions.NONE)));
            }
            long before = statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
            assertThat(TestLog.get(log.forgetKey(channel, "k"))).isEqualTo(EVENTS);
            assertThat(statistics.getTickerCount(TickerType.WAL_FILE_SYNCED) - before)
                    .isEqualTo(1);
        }
    }

    /// Otherwise a loss of power could leave a channel whose counts include entries deleted with the tables.
    @Test
    void syncsBeforeDeletingTheTablesOfAChannel() throws Exception {
        RocksDB.loadLibrary();
        try (Statistics statistics = new Statistics();
                Engine engine = Engine.open(folder, statistics)) {
            engine.db.put(engine.control, Layout.clear(1), new byte[0]);
            long before = statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
            engine.deleteTables(engine.events, Layout.key(1), Layout.key(2));
            assertThat(statistics.getTickerCount(TickerType.WAL_FILE_SYNCED)).isGreaterThan(before);
        }
    }
}
