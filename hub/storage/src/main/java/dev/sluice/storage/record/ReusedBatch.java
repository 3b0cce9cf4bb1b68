package dev.sluice.storage.record;

import org.rocksdb.WriteBatch;

/// The batch of a write, whose memory the next write uses again: a new one asks for memory several times as it grows.
/// For one thread.
public final class ReusedBatch implements AutoCloseable {
    /// The memory that a larger batch needed is not kept.
    static final int KEPT_MAX = 64 << 10;

    private WriteBatch batch = new WriteBatch();

    /// Forgets the batch before, whether or not it was written, and returns an empty one, to be given back by [#end].
    public WriteBatch begin() {
        batch.clear();
        return batch;
    }

    /// Gives back what a large batch took.
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
