package dev.sluice.core.memory;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.IndexReader;
import dev.sluice.core.index.ReadPool;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.LogStatus;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.RetentionLoss;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.sequencer.RuleChange;
import dev.sluice.core.sequencer.Sequencer;
import dev.sluice.core.sequencer.Sequencer.ForgetProgress;
import dev.sluice.core.sequencer.SlewingClock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A log in memory: appends are acknowledged at once, reads never block, and all entries are lost when the
/// process ends.
///
/// Writers take turns under one lock, for about a microsecond per entry; deleting a channel and forgetting a key
/// hold it for a slice of a thousand entries at a time. Readers take no lock. An event takes about 250 bytes
/// plus its data, a channel about 500 more; the builder sets the limits. Call [#maintain] about once a second.
public final class MemoryLog implements Log {
    /// The maximum number of entries that one turn of [#maintain] drops under the lock.
    private static final int MAINTAINED_MAX = 1024;

    /// The maximum number of turns that one call of [#maintain] takes.
    private static final int TURNS_MAX = 256;

    private static final int THREADS = 2;
    private static final int SEARCHES_MAX = 2;

    /// The maximum number of searches that wait for their turn; further ones are refused.
    private static final int SEARCHES_WAITING_MAX = 256;

    /// How often a deletion checks, between two slices, whether writers still wait for the lock.
    private static final int PAUSES_MAX = 100;

    private static final long PAUSE_NANOS = 50_000;

    private final SlewingClock clock;
    private final Index index;
    private final Sequencer sequencer;
    private final IndexReader reader;
    private final ReentrantLock lock = new ReentrantLock();

    /// Runs work that takes too long for an event loop: searches, examining many marks, and the slices of a
    /// deletion.
    private final ReadPool pool = new ReadPool(THREADS, SEARCHES_MAX, SEARCHES_WAITING_MAX);

    private final RuleChange ruleChange;
    private volatile LogStatus status;
    private volatile boolean closed;

    /// @param rules the retention rules of the sequencer; null if they are a function, which cannot be compared
    MemoryLog(Index index, Sequencer sequencer, InstantSource clock, @Nullable RetentionRules rules) {
        this.clock = new SlewingClock(clock, 0);
        this.index = index;
        this.sequencer = sequencer;
        reader = new IndexReader(index, pool);
        status = sequencer.status();
        ruleChange = new RuleChange(sequencer, new Slices(), this.clock::nowMs, rules);
    }

    /// Runs tasks on the pool, and lets other writers go first.
    private final class Slices implements RuleChange.Writer {
        @Override
        public <T> CompletionStage<T> change(Supplier<T> task) {
            return CompletableFuture.supplyAsync(
                            () -> {
                                yieldToWriters();
                                return write(task);
                            },
                            pool::run)
                    .thenCompose(outcome -> outcome);
        }
    }

    @Override
    public CompletionStage<List<RetentionLoss>> changeRules(RetentionRules rules, boolean isConfirmed) {
        return ruleChange.to(rules, isConfirmed);
    }

    /// Builds a log; everything but its clock has a default.
    public static MemoryLogBuilder builder(InstantSource clock) {
        return new MemoryLogBuilder(clock);
    }

    @Override
    public LogReader reader() {
        return reader;
    }

    @Override
    public LogWriter writer() {
        return this;
    }

    @Override
    public Map<AppendCount, Long> outcomes() {
        return sequencer.outcomes();
    }

    @Override
    public @Nullable Cursor synced() {
        return null;
    }

    @Override
    public LogStatus status() {
        return status;
    }

    @Override
    public CompletionStage<AppendResult> append(Publication publication) {
        return write(() -> {
            long last = index.last();
            AppendResult outcome = sequencer.append(publication, clock.nowMs());
            applyAfter(last);
            return outcome;
        });
    }

    @Override
    public void append(PendingAppend append) {
        appendEach(List.of(append));
    }

    @Override
    public boolean isGrouping() {
        return true;
    }

    @Override
    public void appendEach(List<PendingAppend> appends) {
        try {
            for (PendingAppend each : written(() -> decided(appends))) each.acknowledge();
        } catch (RuntimeException failure) {
            for (PendingAppend each : appends) each.fail(failure);
        }
    }

    /// Decides all appends, applies their entries as one group, and notifies readers once.
    private List<PendingAppend> decided(List<PendingAppend> appends) {
        long last = index.last();
        for (PendingAppend each : appends) {
            try {
                each.decided(sequencer.append(each.publication(), clock.nowMs()));
            } catch (RuntimeException refused) {
                each.refused(refused);
            }
        }
        applyAfter(last);
        return appends;
    }

    @Override
    public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
        return write(() -> {
            long last = index.last();
            AppendResult.Batch outcome = sequencer.appendAll(publications, clock.nowMs());
            applyAfter(last);
            return outcome;
        });
    }

    /// Applies a command, and removes twice as many entries of deleted channels as it added, so that they never
    /// accumulate.
    ///
    /// @param last the last position before it
    private void applyAfter(long last) {
        sequencer.apply();
        index.clearDeleted((int) Math.min(Integer.MAX_VALUE, 2 * (index.last() - last)));
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return write(() -> {
            boolean wasClearing = index.isClearing();
            boolean deleted = sequencer.delete(channel, clock.nowMs());
            if (!wasClearing && index.isClearing()) pool.run(this::clearDeleted);
            return deleted;
        });
    }

    /// Runs one slice of the deletions.
    private void clearDeleted() {
        lock.lock();
        try {
            if (closed) return;
            index.clearDeleted(MAINTAINED_MAX);
            if (!index.isClearing()) return;
        } finally {
            lock.unlock();
        }
        yieldToWriters();
        pool.run(this::clearDeleted);
    }

    /// Waits for writers in the queue: the lock is not fair, and its last holder would usually acquire it again.
    private void yieldToWriters() {
        for (int i = 0; i < PAUSES_MAX && lock.hasQueuedThreads(); i++) LockSupport.parkNanos(PAUSE_NANOS);
    }

    @Override
    public CompletionStage<Boolean> forget(ChannelName name, Cursor id) {
        return write(() -> sequencer.forget(name, id));
    }

    @Override
    public CompletionStage<Integer> forgetKey(ChannelName name, String key) {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        forgetKey(name, key, write(() -> sequencer.forgetKey(name, key)), count);
        return count;
    }

    /// Continues after a slice.
    private void forgetKey(
            ChannelName name, String key, CompletionStage<ForgetProgress> slice, CompletableFuture<Integer> count) {
        slice.whenComplete((progress, failure) -> {
            if (failure != null) count.completeExceptionally(failure);
            else if (progress.isDone()) count.complete(progress.count());
            else {
                pool.run(() -> {
                    yieldToWriters();
                    forgetKey(name, key, write(() -> sequencer.forgetKey(name, key, progress)), count);
                });
            }
        });
    }

    /// Drops expired entries. Call it about once a second, from any thread; takes at most a few milliseconds.
    @Override
    public void maintain() {
        boolean hasMore = true;
        for (int turn = 0; hasMore && turn < TURNS_MAX; turn++) {
            lock.lock(); // Taken again for each turn, so that appends do not wait for all of them.
            try {
                hasMore = sequencer.maintain(clock.nowMs(), MAINTAINED_MAX);
                if (!hasMore) status = sequencer.status();
            } finally {
                lock.unlock();
            }
        }
    }

    private <T> CompletionStage<T> write(Supplier<T> change) {
        try {
            return CompletableFuture.completedStage(written(change));
        } catch (RuntimeException failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    private <T> T written(Supplier<T> change) {
        Cursor before;
        T outcome;
        lock.lock();
        try {
            if (closed) throw IndexReader.closed();
            before = index.head();
            outcome = change.get();
        } finally {
            lock.unlock();
        }
        if (before.isBefore(index.head())) reader.headMoved(); // Outside the lock: a listener may append.
        return outcome;
    }

    /// The number of channels that take memory: those that keep entries or have a mark.
    int channelsKnown() {
        return index.channelsKnown();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        reader.close();
        pool.close();
    }
}
