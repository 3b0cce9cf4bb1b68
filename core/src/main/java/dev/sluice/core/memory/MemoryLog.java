package dev.sluice.core.memory;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Resolved;
import dev.sluice.core.log.Start;
import dev.sluice.core.store.ReadPool;
import dev.sluice.core.store.Readers;
import dev.sluice.core.store.SlewingClock;
import dev.sluice.core.store.Staging;
import dev.sluice.core.store.Store;
import dev.sluice.core.store.Store.Forgetting;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A log in memory: appends are acknowledged at once, reads never wait, and all of it is gone when the process
/// ends.
///
/// Writers take turns under one lock, for about a microsecond an entry; deleting a channel, and forgetting a key, take
/// it for a slice of a thousand entries at a time. Readers take no lock. Memory: about 250 bytes an
/// event besides its data, about 500 more for each channel; the builder has the limits. Somebody must call
/// [#maintain] about once a second.
public final class MemoryLog implements Log {
    /// What one turn of [#maintain] drops under the lock, and how many turns one call takes.
    private static final int MAINTAINED_MAX = 1024;

    private static final int TURNS_MAX = 256;

    private static final int THREADS = 2;
    private static final int SEARCHES_MAX = 2;

    /// Searches that wait for their turn; beyond, the hub says that it is busy.
    private static final int SEARCHES_WAITING_MAX = 256;

    /// Between two slices of a deletion those go first who wait for the lock: so often a look at whether they have.
    private static final int PAUSES_MAX = 100;

    private static final long PAUSE_NANOS = 50_000;

    private final SlewingClock clock;
    private final Store store;
    private final Readers readers;
    private final ReentrantLock lock = new ReentrantLock();

    /// For what takes longer than an event loop may wait: searches, looking through many marks, and what is left to do
    /// of a deletion.
    private final ReadPool pool = new ReadPool(THREADS, SEARCHES_MAX, SEARCHES_WAITING_MAX);

    private volatile boolean closed;

    MemoryLog(Store store, InstantSource clock) {
        this.clock = new SlewingClock(clock, 0);
        this.store = store;
        readers = new Readers(store, pool);
    }

    /// Everything about a log but its clock has a default.
    public static MemoryLogBuilder builder(InstantSource clock) {
        return new MemoryLogBuilder(clock);
    }

    @Override
    public CompletionStage<Appended> append(Publication publication) {
        return write(() -> {
            long nowMs = clock.nowMs();
            Staging staging = new Staging(store, nowMs);
            Appended outcome = staging.stage(publication);
            commit(staging, nowMs);
            return outcome;
        });
    }

    @Override
    public CompletionStage<Appended.Batch> appendAll(List<Publication> publications) {
        return write(() -> {
            long nowMs = clock.nowMs();
            Staging staging = new Staging(store, nowMs);
            Appended.Batch outcome = staging.stageAll(publications);
            commit(staging, nowMs);
            return outcome;
        });
    }

    /// What is left of deleted channels goes at twice the pace of what comes, so that it never piles up.
    private void commit(Staging staging, long nowMs) {
        store.commit(staging, nowMs);
        store.clearDeleted(2 * staging.entries().size());
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return write(() -> {
            boolean wasClearing = store.isClearing();
            boolean deleted = store.delete(channel, clock.nowMs());
            if (!wasClearing && store.isClearing()) pool.run(this::clearDeleted);
            return deleted;
        });
    }

    /// One slice of what is left to do of deletions.
    private void clearDeleted() {
        lock.lock();
        try {
            if (closed) return;
            store.clearDeleted(MAINTAINED_MAX);
            if (!store.isClearing()) return;
        } finally {
            lock.unlock();
        }
        letOthersGoFirst();
        pool.run(this::clearDeleted);
    }

    /// The lock is not fair: who has just had it would mostly get it again.
    private void letOthersGoFirst() {
        for (int i = 0; i < PAUSES_MAX && lock.hasQueuedThreads(); i++) LockSupport.parkNanos(PAUSE_NANOS);
    }

    @Override
    public CompletionStage<Boolean> forget(ChannelName name, Cursor id) {
        return write(() -> store.forget(name, id));
    }

    @Override
    public CompletionStage<Integer> forgetKey(ChannelName name, String key) {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        forgetKey(name, key, write(() -> store.forgetKey(name, key)), count);
        return count;
    }

    /// Goes on behind a slice, which is over.
    private void forgetKey(
            ChannelName name, String key, CompletionStage<Forgetting> slice, CompletableFuture<Integer> count) {
        slice.whenComplete((sofar, failure) -> {
            if (failure != null) count.completeExceptionally(failure);
            else if (sofar.isOver()) count.complete(sofar.count());
            else {
                pool.run(() -> {
                    letOthersGoFirst();
                    forgetKey(name, key, write(() -> store.forgetKey(name, key, sofar)), count);
                });
            }
        });
    }

    /// Drops what is too old. To be called about once a second, by any thread; does at most a few milliseconds'
    /// work.
    @Override
    public void maintain() {
        boolean more = true;
        for (int turn = 0; more && turn < TURNS_MAX; turn++) {
            lock.lock(); // For each turn again, so that appends need not wait for all of them.
            try {
                more = store.maintain(clock.nowMs(), MAINTAINED_MAX);
            } finally {
                lock.unlock();
            }
        }
    }

    private <T> CompletionStage<T> write(Supplier<T> change) {
        Cursor before;
        T outcome;
        lock.lock();
        try {
            if (closed) return CompletableFuture.failedStage(Readers.closed());
            before = store.head();
            outcome = change.get();
        } catch (RuntimeException broken) {
            return CompletableFuture.failedStage(broken);
        } finally {
            lock.unlock();
        }
        Cursor head = store.head();
        if (before.isBefore(head)) { // Outside the lock: who hears of it may append in turn.
            readers.grown();
        }
        return CompletableFuture.completedStage(outcome);
    }

    @Override
    public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        return readers.read(place, selection, filter, entriesMax, bytesMax);
    }

    @Override
    public CompletionStage<Place> locate(Start start, Selection selection, Filter filter) {
        return readers.locate(start, selection, filter);
    }

    @Override
    public CompletionStage<Resolved> resolve(String text) {
        return readers.resolve(text);
    }

    @Override
    public Cursor head() {
        return readers.head();
    }

    @Override
    public @Nullable Cursor grownSince(Cursor place, Consumer<ChannelName> grown) {
        return readers.grownSince(place, grown);
    }

    @Override
    public Lag lag(Place place, Selection selection) {
        return readers.lag(place, selection);
    }

    @Override
    public ChannelState channel(ChannelName name) {
        return readers.channel(name);
    }

    @Override
    public List<ChannelState> channels(@Nullable ChannelName after, int max) {
        return readers.channels(after, max);
    }

    @Override
    public List<ChannelState> reserved(@Nullable ChannelName after, int max) {
        return readers.reserved(after, max);
    }

    /// How many channels cost memory: those that keep something, or a mark of what they lost.
    int channelsHeld() {
        return store.channelsHeld();
    }

    @Override
    public Listening onGrowth(Runnable listener) {
        return readers.onGrowth(listener);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        readers.close();
        pool.close();
    }
}
