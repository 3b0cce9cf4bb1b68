package dev.sluice.storage.write;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.IndexReader;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.RetentionLoss;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.metrics.Histogram;
import dev.sluice.core.sequencer.RuleChange;
import dev.sluice.core.sequencer.Sequencer;
import dev.sluice.core.sequencer.SlewingClock;
import dev.sluice.storage.folder.LogUnavailableException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The single thread that changes the log. Tasks that arrive during a write share the next write and sync: many
/// publishers share one, and a lone publisher does not wait for others.
public final class Writer implements LogWriter {
    static final int QUEUED_MAX = 65_536;
    private static final int GROUP_MAX = 4_096;
    private static final long GROUP_BYTES_MAX = 8L << 20;

    /// Entries of deleted channels removed between two groups: a few milliseconds' work.
    private static final int CLEARED_MAX = 1_024;

    private final Index index;
    private final Sequencer sequencer;
    private final IndexReader readers;
    private final DiskSpace diskSpace;
    private final SlewingClock clock;
    private final LinkedBlockingQueue<WriteTask> queue = new LinkedBlockingQueue<>();

    /// The tasks that the thread has not completed. Publishes that were submitted together are counted one by
    /// one.
    private final AtomicInteger queued = new AtomicInteger();

    private final Histogram times = DiskTimes.histogram();
    private final FailStop failStop = new FailStop();
    private final RuleChange ruleChange;
    private final Thread thread;

    private volatile boolean closed;

    public Writer(RocksEntryStore backing, IndexReader readers, DiskSpace diskSpace, InstantSource clock) {
        index = backing.index();
        sequencer = backing.sequencer();
        this.readers = readers;
        this.diskSpace = diskSpace;
        this.clock = new SlewingClock(clock, backing.timeMs());
        ruleChange = new RuleChange(sequencer, this::goOn, this::nowMs, backing.rules());
        thread = Thread.ofPlatform().name("sluice-log").daemon().unstarted(this::run);
    }

    /// @param resumesRules whether an earlier process may have begun to change the rules
    public void start(boolean resumesRules) {
        thread.start();
        if (resumesRules) ruleChange.resume();
    }

    @Override
    public CompletionStage<AppendResult> append(Publication publication) {
        CompletableFuture<AppendResult> outcome = new CompletableFuture<>();
        append(PendingAppend.of(publication, outcome));
        return outcome;
    }

    @Override
    public void append(PendingAppend append) {
        offer(new WriteTask.AppendEach(List.of(append)));
    }

    @Override
    public boolean isGrouping() {
        return true;
    }

    @Override
    public void appendEach(List<PendingAppend> appends) {
        offer(new WriteTask.AppendEach(appends));
    }

    @Override
    public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
        CompletableFuture<AppendResult.Batch> stage = new CompletableFuture<>();
        offer(new WriteTask.AppendAll(List.copyOf(publications), stage));
        return stage;
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return change(() -> sequencer.delete(channel, nowMs()));
    }

    @Override
    public CompletionStage<Boolean> forget(ChannelName channel, Cursor id) {
        return change(() -> sequencer.forget(channel, id));
    }

    @Override
    public CompletionStage<Integer> forgetKey(ChannelName channel, String key) {
        return change(() -> sequencer.forgetKey(channel, key))
                .thenCompose(progress -> forgetKey(channel, key, progress));
    }

    /// Works in slices, each a separate task and write, so that publishes come in between.
    private CompletionStage<Integer> forgetKey(ChannelName channel, String key, Sequencer.ForgetProgress progress) {
        if (progress.isDone()) return CompletableFuture.completedStage(progress.count());
        return goOn(() -> sequencer.forgetKey(channel, key, progress))
                .thenCompose(further -> forgetKey(channel, key, further));
    }

    @Override
    public CompletionStage<List<RetentionLoss>> changeRules(RetentionRules rules, boolean isConfirmed) {
        return ruleChange.to(rules, isConfirmed);
    }

    /// Runs a change on the writer's thread, in a separate write.
    public <T> CompletionStage<T> change(Supplier<T> change) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        offer(new WriteTask.Change<>(change, stage));
        return stage;
    }

    /// Like [#change], but never refused because many publishes wait. It is for the next slice of a change
    /// that has begun, of which there is one at a time.
    private <T> CompletionStage<T> goOn(Supplier<T> slice) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        offer(new WriteTask.Change<>(slice, stage), Integer.MAX_VALUE);
        return stage;
    }

    private void offer(WriteTask task) {
        offer(task, QUEUED_MAX);
    }

    /// @param queuedMax the approximate number of tasks that may wait before this one: concurrent publishers
    ///     may each add one more
    private void offer(WriteTask task, int queuedMax) {
        LogUnavailableException failure = failStop.reason();
        if (closed) task.fail(IndexReader.closed());
        else if (failure != null) task.fail(failure);
        else if (queued.get() >= queuedMax) {
            task.fail(new LogUnavailableException(
                    "More than " + QUEUED_MAX + " publishes wait for the disk: publish fewer at once, or retry later.",
                    null));
        } else {
            queued.addAndGet(task.count());
            queue.add(task);
            if (closed) failQueued(); // The task may have been queued after the last one.
        }
    }

    /// Refuses new tasks, completes the queued ones, runs `last` and ends the thread.
    public void close(Runnable last) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        closed = true;
        try {
            queue.put(new WriteTask.Close(last, done));
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        failQueued();
    }

    private void failQueued() {
        if (thread.isAlive()) return;
        for (WriteTask task = queue.poll(); task != null; task = queue.poll()) task.fail(IndexReader.closed());
    }

    /// Microseconds that writes of groups of publishes took. May be called from any thread.
    public Distribution times() {
        return times.read();
    }

    public FailStop failStop() {
        return failStop;
    }

    private void run() {
        List<WriteTask> tasks = new ArrayList<>(GROUP_MAX);
        boolean isRunning = true;
        while (isRunning) {
            try {
                if (!isClearing()) tasks.add(queue.take());
                queue.drainTo(tasks, GROUP_MAX - 1);
                isRunning = runAll(tasks);
                if (isRunning && isClearing()) clearDeleted();
            } catch (Throwable failed) { // Including OutOfMemoryError.
                failStop.stop(failed, tasks);
                isRunning = !endsWriter(tasks);
            }
            queued.addAndGet(-count(tasks));
            tasks.clear();
        }
    }

    private static int count(List<WriteTask> tasks) {
        int count = 0;
        for (WriteTask task : tasks) count += task.count();
        return count;
    }

    private static boolean endsWriter(List<WriteTask> tasks) {
        for (WriteTask task : tasks) if (task instanceof WriteTask.Close) return true;
        return false;
    }

    private boolean isClearing() {
        return index.isClearing() && failStop.reason() == null;
    }

    /// Clears one slice, the longest that a publish has to wait for a deletion. Slices left when the process ends are
    /// cleared after the next start.
    private void clearDeleted() {
        guarded(() -> index.clearDeleted(CLEARED_MAX));
    }

    /// @return false if the writer must end
    private boolean runAll(List<WriteTask> tasks) {
        List<WriteTask.Append> group = new ArrayList<>();
        long bytes = 0;
        for (WriteTask task : tasks) {
            switch (task) {
                case WriteTask.Append append -> {
                    group.add(append);
                    bytes += append.bytes();
                }
                case WriteTask.Change<?> change -> {
                    write(group);
                    change(change);
                }
                case WriteTask.Close close -> {
                    write(group);
                    end(close);
                    // Their callers saw an open log, and were overtaken by the one that closed it.
                    for (WriteTask late : tasks.subList(tasks.indexOf(close) + 1, tasks.size()))
                        late.fail(IndexReader.closed());
                    return false;
                }
            }
            // While commands drop what a smaller limit does not cover, none waits for the drops of later ones.
            if (bytes < GROUP_BYTES_MAX && !sequencer.isLogExceeded()) continue;
            write(group);
            bytes = 0;
        }
        write(group);
        return true;
    }

    /// Commits a group of publishes in one write, notifies readers, acknowledges the publishes and empties the group.
    private void write(List<WriteTask.Append> group) {
        if (group.isEmpty()) return;
        List<Runnable> answers = new ArrayList<>(group.size());
        LogUnavailableException failure = failStop.reason();
        Cursor before = index.head();
        try {
            if (failure != null) throw failure;
            long startNs = System.nanoTime();
            stoppingAtFailure(() -> decideAndApply(group, answers, startNs));
            DiskTimes.addSince(times, startNs);
        } catch (RuntimeException failed) {
            answers.clear();
            for (WriteTask.Append task : group) answers.add(() -> task.fail(failed));
        }
        tellReaders(before);
        answers.forEach(Runnable::run);
        group.clear();
    }

    private void decideAndApply(List<WriteTask.Append> group, List<Runnable> answers, long startNs) {
        String shortage = diskSpace.shortage(startNs, bytes(group));
        AppendResult.Full full = shortage == null ? null : new AppendResult.Full(shortage);
        long nowMs = nowMs();
        for (WriteTask.Append task : group) answers.add(decide(task, full, nowMs));
        sequencer.apply();
    }

    private static long bytes(List<WriteTask.Append> tasks) {
        long bytes = 0;
        for (WriteTask.Append task : tasks) bytes += task.bytes();
        return bytes;
    }

    /// Decides a task. A retention rule that throws fails its publish alone.
    ///
    /// @param full the reason why nothing can be placed; null if there is space
    /// @return an action that completes the task after its group is applied
    private Runnable decide(WriteTask.Append task, AppendResult.@Nullable Full full, long nowMs) {
        return switch (task) {
            case WriteTask.AppendEach(List<PendingAppend> appends) -> {
                for (PendingAppend each : appends) decide(each, full, nowMs);
                yield () -> appends.forEach(PendingAppend::acknowledge);
            }
            case WriteTask.AppendAll all -> decideAll(all, full, nowMs);
        };
    }

    private void decide(PendingAppend append, AppendResult.@Nullable Full full, long nowMs) {
        Publication publication = append.publication();
        long last = sequencer.last();
        try {
            append.decided(
                    full == null || mayUseReserve(publication)
                            ? sequencer.append(publication, nowMs)
                            : sequencer.refuse(publication, full, nowMs));
        } catch (RuntimeException refused) {
            if (!sequencer.isRefusal(refused, last)) throw refused;
            append.refused(refused);
        }
    }

    private Runnable decideAll(WriteTask.AppendAll all, AppendResult.@Nullable Full full, long nowMs) {
        long last = sequencer.last();
        try {
            AppendResult.Batch outcome = full == null
                    ? sequencer.appendAll(all.publications(), nowMs)
                    : sequencer.refuseAll(all.publications(), full, nowMs);
            return () -> all.stage().complete(outcome);
        } catch (RuntimeException refused) {
            if (!sequencer.isRefusal(refused, last)) throw refused;
            return () -> all.fail(refused);
        }
    }

    /// A revocation and its audit must be possible even on a full disk. Their number has a limit
    /// ([HubChannels#REVOCATIONS_MAX]), so the reserve has room for all of them.
    private static boolean mayUseReserve(Publication publication) {
        return HubChannels.isOfRevocation(publication.draft());
    }

    private <T> void change(WriteTask.Change<T> change) {
        LogUnavailableException failure = failStop.reason();
        if (failure != null) {
            change.fail(failure);
            return;
        }
        try {
            List<T> outcome = new ArrayList<>(1);
            guarded(() -> outcome.add(change.change().get()));
            change.stage().complete(outcome.getFirst());
        } catch (RuntimeException failed) {
            change.fail(failed);
        }
    }

    private void end(WriteTask.Close close) {
        try {
            close.last().run();
            close.stage().complete(null);
        } catch (RuntimeException failed) {
            close.fail(failed);
        }
    }

    /// Runs a change and notifies readers if the log has grown.
    private void guarded(Runnable change) {
        Cursor before = index.head();
        try {
            stoppingAtFailure(change);
        } finally {
            tellReaders(before);
        }
    }

    private void tellReaders(Cursor before) {
        if (before.isBefore(index.head())) readers.headMoved();
    }

    /// Runs a change. Failures of the disk, and unexpected ones, stop writing; a retention rule that fails before
    /// anything has changed does not.
    private void stoppingAtFailure(Runnable change) {
        long last = sequencer.last();
        try {
            change.run();
        } catch (LogUnavailableException failed) {
            failStop.stop(failed);
            throw failed;
        } catch (RuntimeException | Error failed) {
            if (failed instanceof RuntimeException refused && sequencer.isRefusal(refused, last)) throw refused;
            LogUnavailableException failure = new LogUnavailableException(
                    "The log's writer failed (" + failed + "): publishing stops until the hub is restarted.", failed);
            failStop.stop(failure);
            throw failure;
        }
    }

    /// The current time for changes.
    public long nowMs() {
        return clock.nowMs();
    }
}
