package dev.sluice.storage.record;

import dev.sluice.core.record.RecordOutput;
import java.nio.ByteBuffer;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// A record on its way into a batch. It is written into memory that the next record reuses: arrays for each
/// key and value were a third of the garbage of a publish. For one thread.
public final class BatchRecord {
    private static final int INITIAL = 1 << 10;

    /// The most memory that is kept. Memory for a larger record is released.
    static final int KEPT_MAX = 64 << 10;

    private final RecordOutput key = new RecordOutput(INITIAL);
    private RecordOutput value = new RecordOutput(INITIAL);

    // RocksDB reads from memory outside the heap without a copy.
    private ByteBuffer keyMemory = ByteBuffer.allocateDirect(INITIAL);
    private ByteBuffer valueMemory = ByteBuffer.allocateDirect(INITIAL);

    /// Begins a record, and returns where to write its key.
    public RecordOutput begin() {
        value.clear();
        return key.clear();
    }

    /// Returns where to write the value.
    public RecordOutput value() {
        return value;
    }

    /// Adds the record to a batch, which copies it.
    public void put(WriteBatch batch, ColumnFamilyHandle family) throws RocksDBException {
        if (value.length() > KEPT_MAX) {
            batch.put(family, key.bytes(), value.bytes());
            value = new RecordOutput(INITIAL);
            return;
        }
        keyMemory = filled(keyMemory, key);
        valueMemory = filled(valueMemory, value);
        batch.put(family, keyMemory, valueMemory);
    }

    private static ByteBuffer filled(ByteBuffer memory, RecordOutput bytes) {
        int length = bytes.length();
        ByteBuffer large = memory.capacity() < length ? ByteBuffer.allocateDirect(2 * length) : memory;
        bytes.copyTo(large.clear());
        return large.flip();
    }
}
