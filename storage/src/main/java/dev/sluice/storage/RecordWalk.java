package dev.sluice.storage;

import java.util.Arrays;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Records of a family, one after the other, as they were when it was begun. An iterator of RocksDB ends where it can't
/// read on, as if there were nothing more; this fails there.
final class RecordWalk implements AutoCloseable {
    private final RocksIterator records;
    private final byte[] prefix;
    private boolean begun;

    /// @param from   where to begin
    /// @param prefix of the keys that are wanted
    RecordWalk(RocksIterator records, byte[] from, byte[] prefix) {
        this.records = records;
        this.prefix = prefix;
        records.seek(from);
    }

    /// Moves to the next one, in the beginning the first. False at the end.
    ///
    /// @throws LogUnavailable if it can't be read
    boolean next() {
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

    byte[] key() {
        return records.key();
    }

    byte[] value() {
        return records.value();
    }

    @Override
    public void close() {
        records.close();
    }
}
