package dev.sluice.storage.write;

import dev.sluice.core.index.IndexReader;
import dev.sluice.core.index.ReadPool;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads from disk on dedicated threads, a few at a time ([ReadPool]), as long as RocksDB is open.
public final class ColdReads implements IndexReader.ReadExecutor {
    /// Searches that may wait for a thread; further ones are refused, and the hub reports that it is busy.
    private static final int SEARCHES_WAITING_MAX = 256;

    private final ReadPool pool;

    /// Shared by readers, exclusive for [#close]: RocksDB must not be closed during a read.
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private boolean closed;

    public ColdReads(int atOnce) {
        pool = new ReadPool(atOnce, Math.max(1, atOnce / 4), SEARCHES_WAITING_MAX);
    }

    @Override
    public <T> CompletionStage<T> submit(Object key, Supplier<@Nullable T> slice) {
        return pool.submit(key, () -> readUnlessClosed(slice));
    }

    private <T> @Nullable T readUnlessClosed(Supplier<@Nullable T> slice) {
        use.readLock().lock();
        try {
            if (closed) throw IndexReader.closed();
            return slice.get();
        } finally {
            use.readLock().unlock();
        }
    }

    /// Runs work that needs the engine, on this thread.
    public void hold(Runnable work) {
        use.readLock().lock();
        try {
            if (closed) throw IndexReader.closed();
            work.run();
        } finally {
            use.readLock().unlock();
        }
    }

    /// Like [#hold], but does nothing after [#close].
    public void holdUnlessClosed(Runnable work) {
        use.readLock().lock();
        try {
            if (!closed) work.run();
        } finally {
            use.readLock().unlock();
        }
    }

    /// Waits for reads in progress and refuses further ones.
    public void close() {
        pool.close();
        use.writeLock().lock();
        try {
            closed = true;
        } finally {
            use.writeLock().unlock();
        }
    }
}
