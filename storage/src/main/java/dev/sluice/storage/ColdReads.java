package dev.sluice.storage;

import dev.sluice.core.store.Readers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/// Reads from disk on threads of their own, a few at a time; who asks what somebody else has just asked shares the
/// answer, so that a thousand readers of the same old history read it once.
final class ColdReads implements Readers.Elsewhere {
    private final Semaphore permits;
    private final ConcurrentHashMap<Object, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();

    /// Shared by those who read, taken by who closes: RocksDB must not go under a reader's hands.
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private boolean closed;

    ColdReads(int atOnce) {
        permits = new Semaphore(atOnce);
    }

    @Override
    @SuppressWarnings("unchecked") // Equal questions are of one type, and so are their answers.
    public <T> CompletionStage<T> ask(Object what, Supplier<T> work) {
        CompletableFuture<T> mine = new CompletableFuture<>();
        CompletableFuture<?> other = underWay.putIfAbsent(what, mine);
        if (other != null) return ((CompletableFuture<T>) other).copy();
        Thread.ofVirtual().name("sluice-read").start(() -> answer(what, mine, work));
        return mine.copy(); // Whoever gives up gives up for itself.
    }

    private <T> void answer(Object what, CompletableFuture<T> answer, Supplier<T> work) {
        permits.acquireUninterruptibly();
        use.readLock().lock();
        try {
            if (closed) throw Readers.closed();
            T found = work.get();
            underWay.remove(what); // First: who asks from now on may ask for news.
            answer.complete(found);
        } catch (RuntimeException | Error failed) {
            underWay.remove(what);
            answer.completeExceptionally(failed);
        } finally {
            use.readLock().unlock();
            permits.release();
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
        use.writeLock().lock();
        try {
            closed = true;
        } finally {
            use.writeLock().unlock();
        }
    }
}
