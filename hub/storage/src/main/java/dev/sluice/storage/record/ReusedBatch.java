package dev.sluice.storage.record;

import org.rocksdb.WriteBatch;

/// The batch of a write, whose memory the next write reuses: a new batch allocates memory several times as it
/// grows. For one thread.
public final class ReusedBatch implements AutoCloseable {
    /// The most memory that is kept. Memory for a larger batch is released.
    static final int KEPT_MAX = 64 << 10;

    private WriteBatch batch = new WriteBatch();

    /// Discards the former batch, written or not, and returns an empty one. Call [#end] after its use.
    public WriteBatch begin() {
        batch.clear();
        return batch;
    }

    /// Releases the memory of a large batch.
    public void end() {
        if (batch.getDataSize() <= KEPT_MAX) return;
        WriteBatch large = batch;
        batch = new WriteBatch();
        large.close();
    }

    @Override
    public void close() {
        batch.close();
    }
}
