package dev.sluice.core.index;

import dev.sluice.core.log.SearchLimit;
import dev.sluice.core.log.SearchRejectedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs reads that may block on a few dedicated platform threads: a native read pins a virtual thread to its
/// carrier, of which there are as many as processors. May be called from any thread; no method blocks.
///
/// A read runs in slices, each queued behind those of all others. A read that is not done after its first slice
/// is a search: a limited number of searches take turns, further ones wait in order of arrival, and beyond
/// `waitingMax` they are refused. Equal reads in progress share one result; a read that all its callers cancelled
/// is dropped.
public final class ReadPool implements IndexReader.ReadExecutor {
    private static final int IDLE_SECONDS = 10;

    private final int searchesMax;
    private final int waitingMax;
    private final ThreadPoolExecutor threads;
    private final Map<Object, PendingRead<?>> inFlight = new HashMap<>();
    private final ArrayDeque<PendingRead<?>> waiting = new ArrayDeque<>();
    private int searching;

    /// A read, with a future for each caller.
    private static final class PendingRead<T> {
        final Object key;
        final Supplier<@Nullable T> slice;
        final List<CompletableFuture<T>> futures = new ArrayList<>(1);
        boolean isSearch;

        PendingRead(Object key, Supplier<@Nullable T> slice) {
            this.key = key;
            this.slice = slice;
        }
    }

    /// @param threads     the number of slices that run at the same time
    /// @param searchesMax the maximum number of searches that take turns
    /// @param waitingMax  the maximum number of searches that wait for another one to end
    public ReadPool(int threads, int searchesMax, int waitingMax) {
        this.searchesMax = searchesMax;
        this.waitingMax = waitingMax;
        this.threads = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("sluice-read-", 0).daemon().factory());
        this.threads.allowCoreThreadTimeOut(true);
    }

    @Override
    @SuppressWarnings("unchecked") // Equal keys belong to reads of the same type.
    public <T> CompletionStage<T> submit(Object key, Supplier<@Nullable T> slice) {
        CompletableFuture<T> future = new CompletableFuture<>();
        PendingRead<T> read;
        synchronized (this) {
            PendingRead<T> existing = (PendingRead<T>) inFlight.get(key);
            if (existing != null) {
                existing.futures.add(future);
                return future;
            }
            read = new PendingRead<>(key, slice);
            read.futures.add(future);
            inFlight.put(key, read);
        }
        enqueue(read);
        return future;
    }

    /// Runs a slice of other work, queued behind the slices of reads.
    public void run(Runnable slice) {
        try {
            threads.execute(slice);
        } catch (RejectedExecutionException closed) {
            slice.run(); // It finds its log closed and fails accordingly.
        }
    }

    private <T> void enqueue(PendingRead<T> read) {
        try {
            threads.execute(() -> runSlice(read));
        } catch (RejectedExecutionException closed) {
            fail(read, IndexReader.closed());
        }
    }

    private <T> void runSlice(PendingRead<T> read) {
        if (isDropped(read)) return;
        T result;
        try {
            result = read.slice.get();
        } catch (RuntimeException | Error failed) {
            fail(read, failed);
            return;
        }
        if (result != null) finish(read, future -> future.complete(result));
        else if (mayContinue(read)) enqueue(read);
    }

    /// Drops a read that all its callers cancelled.
    private boolean isDropped(PendingRead<?> read) {
        PendingRead<?> next;
        synchronized (this) {
            if (!forgetAbandoned(read)) return false;
            next = nextSearch(read);
        }
        if (next != null) enqueue(next);
        return true;
    }

    /// Whether to queue the next slice at once; if not, the read waits for another search to end or is refused.
    private boolean mayContinue(PendingRead<?> read) {
        synchronized (this) {
            if (read.isSearch) return true;
            if (searching < searchesMax) {
                read.isSearch = true;
                searching++;
                return true;
            }
            if (waiting.size() == waitingMax) waiting.removeIf(this::forgetAbandoned);
            if (waiting.size() < waitingMax) {
                waiting.add(read);
                return false;
            }
        }
        fail(
                read,
                new SearchRejectedException(
                        SearchLimit.TOO_MANY,
                        "more than " + waitingMax + " searches wait for their turn: try again later, name channels in"
                                + " full, or use after="));
        return false;
    }

    /// Removes a read if all its callers have cancelled. Call it with the lock held, like [#nextSearch].
    private boolean forgetAbandoned(PendingRead<?> read) {
        for (CompletableFuture<?> future : read.futures) if (!future.isDone()) return false;
        return inFlight.remove(read.key, read);
    }

    /// The search that takes the place of a finished one; null if none waits, or if the finished read was not a
    /// search.
    private @Nullable PendingRead<?> nextSearch(PendingRead<?> finished) {
        if (!finished.isSearch) return null;
        PendingRead<?> next = waiting.poll();
        if (next == null) searching--;
        else next.isSearch = true;
        return next;
    }

    private <T> void fail(PendingRead<T> read, Throwable failure) {
        finish(read, future -> future.completeExceptionally(failure));
    }

    private <T> void finish(PendingRead<T> read, Consumer<CompletableFuture<T>> completion) {
        List<CompletableFuture<T>> futures;
        PendingRead<?> next;
        synchronized (this) {
            inFlight.remove(read.key, read); // First: a later equal read may have a newer result.
            futures = List.copyOf(read.futures);
            next = nextSearch(read);
        }
        if (next != null) enqueue(next);
        futures.forEach(completion);
    }

    /// Accepts no more reads and fails those in progress, without waiting for slices that run.
    public void close() {
        threads.shutdown();
        List<PendingRead<?>> left;
        synchronized (this) {
            left = List.copyOf(inFlight.values());
            waiting.clear();
        }
        for (PendingRead<?> read : left) fail(read, IndexReader.closed());
    }
}
