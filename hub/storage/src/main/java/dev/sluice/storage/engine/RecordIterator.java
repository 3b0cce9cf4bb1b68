package dev.sluice.storage.engine;

import java.util.Arrays;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Iterates over a snapshot of a family's records. RocksDB's iterator ends silently at an unreadable
/// record; this one throws.
public final class RecordIterator implements AutoCloseable {
    private final RocksIterator records;
    private final byte[] prefix;
    private boolean begun;

    /// @param from   the first key
    /// @param prefix of the keys to return
    RecordIterator(RocksIterator records, byte[] from, byte[] prefix) {
        this.records = records;
        this.prefix = prefix;
        records.seek(from);
    }

    /// Moves to the next record, at first to the first one.
    ///
    /// @return false at the end
    /// @throws dev.sluice.storage.folder.LogUnavailableException if the record can't be read
    public boolean next() {
        if (begun) records.next();
        begun = true;
        if (records.isValid()) return beginsWith(records.key(), prefix);
        try {
            records.status();
        } catch (RocksDBException failed) {
            throw Engine.failed("reading", failed);
        }
        return false;
    }

    private static boolean beginsWith(byte[] key, byte[] prefix) {
        int mismatch = Arrays.mismatch(key, prefix);
        return mismatch < 0 || mismatch == prefix.length;
    }

    public byte[] key() {
        return records.key();
    }

    public byte[] value() {
        return records.value();
    }

    @Override
    public void close() {
        records.close();
    }
}
