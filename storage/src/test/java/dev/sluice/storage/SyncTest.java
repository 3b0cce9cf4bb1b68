package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/// When the disk is told to keep what was written. That it does is the disk's word.
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
            for (int i = 0; i < EVENTS; i++) Hand.publish(log, "a", Integer.toString(i));
            return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED) - before;
        }
    }

    @Test
    void comesBeforeEachAcknowledgementWithAlways() {
        assertThat(syncs(Sync.ALWAYS)).isGreaterThanOrEqualTo(EVENTS);
    }

    @Test
    void comesNowAndThenWithInterval() {
        assertThat(syncs(Sync.INTERVAL)).isLessThan(EVENTS);
    }

    /// Or a loss of power could leave a channel that still counts what went with its tables.
    @Test
    void comesBeforeTheTablesOfADeletedChannelGo() throws Exception {
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
