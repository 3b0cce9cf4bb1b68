package dev.sluice.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// A batch whose memory is used again.
final class ReusedBatchTest {
    @AutoClose
    private final ReusedBatch reused = new ReusedBatch();

    @BeforeAll
    static void load() {
        RocksDB.loadLibrary();
    }

    @Test
    void isEmptyAtEachBegin() throws RocksDBException {
        WriteBatch first = reused.begin();
        first.put(new byte[] {1}, new byte[] {2});
        reused.end();
        WriteBatch second = reused.begin();
        assertThat(second).isSameAs(first);
        assertThat(second.count()).isZero();
    }

    @Test
    void keepsNoMemoryOfALargeBatch() throws RocksDBException {
        WriteBatch large = reused.begin();
        large.put(new byte[] {1}, new byte[ReusedBatch.KEPT_MAX]);
        reused.end();
        assertThat(large.isOwningHandle()).as("still has its memory").isFalse();
        assertThat(reused.begin().count()).isZero();
    }
}
