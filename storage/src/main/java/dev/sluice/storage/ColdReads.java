package dev.sluice.storage;

import dev.sluice.core.store.ReadPool;
import dev.sluice.core.store.Readers;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads from disk on threads of their own, a few at a time ([ReadPool]), as long as RocksDB is open.
final class ColdReads implements Readers.Elsewhere {
    /// Searches that wait for their turn; beyond, the hub says that it is busy.
    private static final int SEARCHES_WAITING_MAX = 256;

    private final ReadPool pool;

    /// Shared by those who read, taken by who closes: RocksDB must not go under a reader's hands.
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private boolean closed;

    ColdReads(int atOnce) {
        pool = new ReadPool(atOnce, Math.max(1, atOnce / 4), SEARCHES_WAITING_MAX);
    }

    @Override
    public <T> CompletionStage<T> ask(Object what, Supplier<@Nullable T> slice) {
        return pool.ask(what, () -> held(slice));
    }

    private <T> @Nullable T held(Supplier<@Nullable T> slice) {
        use.readLock().lock();
        try {
            if (closed) throw Readers.closed();
            return slice.get();
        } finally {
            use.readLock().unlock();
        }
    }

    /// Does what needs the engine on this thread.
    void hold(Runnable work) {
        use.readLock().lock();
        try {
            if (closed) throw Readers.closed();
            work.run();
        } finally {
            use.readLock().unlock();
        }
    }

    /// As [#hold], but does nothing once this is closed.
    void holdUnlessClosed(Runnable work) {
        use.readLock().lock();
        try {
            if (!closed) work.run();
        } finally {
            use.readLock().unlock();
        }
    }

    /// Waits for those who read, and lets nobody read any more.
    void close() {
        pool.close();
        use.writeLock().lock();
        try {
            closed = true;
        } finally {
            use.writeLock().unlock();
        }
    }
}
