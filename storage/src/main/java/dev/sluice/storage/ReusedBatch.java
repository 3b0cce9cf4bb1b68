package dev.sluice.storage;

import org.rocksdb.WriteBatch;

/// The batch of a write, whose memory the next write uses again: a new one asks for memory several times as it grows.
/// For one thread.
final class ReusedBatch implements AutoCloseable {
    /// The memory that a larger batch needed is not kept.
    static final int KEPT_MAX = 64 << 10;

    private WriteBatch batch = new WriteBatch();

    /// Forgets the batch before, whether or not it was written, and returns an empty one. It must not be closed.
    WriteBatch begin() {
        if (batch.getDataSize() <= KEPT_MAX) {
            batch.clear();
        } else {
            batch.close();
            batch = new WriteBatch();
        }
        return batch;
    }

    @Override
    public void close() {
        batch.close();
    }
}
