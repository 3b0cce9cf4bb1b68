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
}
