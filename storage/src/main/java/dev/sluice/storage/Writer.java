package dev.sluice.storage;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Publication;
import dev.sluice.core.store.Readers;
import dev.sluice.core.store.SlewingClock;
import dev.sluice.core.store.Staging;
import dev.sluice.core.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The one thread that changes the log. What came while it wrote goes out in one write, and one sync: many publishers
/// share it, and one alone does not wait.
final class Writer {
    private static final System.Logger LOG = System.getLogger(Writer.class.getName());

    private static final int WAITING_MAX = 65_536;
    private static final int GROUP_MAX = 4_096;
    private static final long GROUP_BYTES_MAX = 8L << 20;

    /// Entries of deleted channels that go between two groups: a few milliseconds' work.
    private static final int CLEARED_MAX = 1_024;

    private final Store store;
    private final Readers readers;
    private final Room room;
    private final SlewingClock clock;
    private final LinkedBlockingQueue<Task> waiting = new LinkedBlockingQueue<>(WAITING_MAX);
    private final Thread thread;

    /// Made beforehand, as there may be no memory left when it is needed.
    private final LogUnavailable ended = new LogUnavailable(
            "The log's writer failed, the hub's log says why: publishing stops until the hub is started anew.", null);

    private volatile boolean closed;
    private volatile @Nullable LogUnavailable broken;

    Writer(Store store, Readers readers, Room room, InstantSource clock, long lastMs) {
        this.store = store;
        this.readers = readers;
        this.room = room;
        this.clock = new SlewingClock(clock, lastMs);
        thread = Thread.ofPlatform().name("sluice-log").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// What the thread is asked to do.
    private sealed interface Task {
        void fail(RuntimeException reason);
    }

    private record Append(Publication publication, CompletableFuture<Appended> stage) implements Task {
        @Override
        public void fail(RuntimeException reason) {
            stage.completeExceptionally(reason);
        }
    }

    private record AppendAll(List<Publication> publications, CompletableFuture<Appended.Batch> stage) implements Task {
        @Override
        public void fail(RuntimeException reason) {
            stage.completeExceptionally(reason);
        }
    }

    private record Change<T>(Supplier<T> change, CompletableFuture<T> stage) implements Task {
        @Override
        public void fail(RuntimeException reason) {
            stage.completeExceptionally(reason);
        }
    }

    /// The last task of all.
    private record Close(Runnable last, CompletableFuture<Void> stage) implements Task {
        @Override
        public void fail(RuntimeException reason) {
            stage.completeExceptionally(reason);
        }
    }

    CompletionStage<Appended> append(Publication publication) {
        CompletableFuture<Appended> stage = new CompletableFuture<>();
        offer(new Append(publication, stage));
        return stage;
    }

    CompletionStage<Appended.Batch> appendAll(List<Publication> publications) {
        CompletableFuture<Appended.Batch> stage = new CompletableFuture<>();
        offer(new AppendAll(List.copyOf(publications), stage));
        return stage;
    }

    <T> CompletionStage<T> change(Supplier<T> change) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        offer(new Change<>(change, stage));
        return stage;
    }

    private void offer(Task task) {
        LogUnavailable failure = broken;
        if (closed) task.fail(Readers.closed());
        else if (failure != null) task.fail(failure);
        else if (!waiting.offer(task)) {
            task.fail(new LogUnavailable(
                    "More than " + WAITING_MAX + " publishes wait for the disk: publish less at once, or try again.",
                    null));
        } else if (closed) {
            failWaiting(); // It may have come behind the last task.
        }
    }

    /// Lets nobody in any more, writes what came before, does `last` and ends.
    void close(Runnable last) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        closed = true;
        try {
            waiting.put(new Close(last, done));
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        failWaiting();
    }

    private void failWaiting() {
        if (thread.isAlive()) return;
        for (Task task = waiting.poll(); task != null; task = waiting.poll()) task.fail(Readers.closed());
    }

    /// Stops the writing for good: what is not certain to be kept must not be acknowledged.
    void stop(LogUnavailable failure) {
        if (broken == null) broken = failure;
    }

    /// Why nothing is written any more; null while the writer works.
    @Nullable
    LogUnavailable failure() {
        return broken;
    }

    private void run() {
        List<Task> tasks = new ArrayList<>(GROUP_MAX);
        boolean goesOn = true;
        while (goesOn) {
            try {
                if (!isClearing()) tasks.add(waiting.take());
                waiting.drainTo(tasks, GROUP_MAX - 1);
                goesOn = runAll(tasks);
                if (goesOn && isClearing()) clearDeleted();
            } catch (Throwable failed) { // An OutOfMemoryError too: nobody may wait for an answer in vain.
                stop(ended);
                goesOn = failAll(tasks);
                report(failed);
            }
            tasks.clear();
        }
    }

    private boolean isClearing() {
        return store.isClearing() && broken == null;
    }

    /// One slice: so long at most does who publishes meanwhile wait for a deletion. What is left when this ends goes in
    /// the next life.
    private void clearDeleted() {
        guarded(() -> store.clearDeleted(CLEARED_MAX));
    }

    /// Whether to go on: what comes from now on is failed as well.
    private boolean failAll(List<Task> tasks) {
        boolean goesOn = true;
        for (Task task : tasks) {
            goesOn &= !(task instanceof Close);
            quietly(() -> task.fail(ended));
        }
        return goesOn;
    }

    private static void report(Throwable failed) {
        quietly(() -> LOG.log(System.Logger.Level.ERROR, "the log's writer failed", failed));
    }

    /// Where the heap is full, each step may fail, and the next may succeed.
    private static void quietly(Runnable step) {
        try {
            step.run();
        } catch (Throwable full) {
            return;
        }
    }

    /// Whether to go on.
    private boolean runAll(List<Task> tasks) {
        List<Task> group = new ArrayList<>();
        long bytes = 0;
        for (Task task : tasks) {
            switch (task) {
                case Append append -> {
                    group.add(append);
                    bytes += size(append.publication);
                }
                case AppendAll all -> {
                    group.add(all);
                    for (Publication each : all.publications) bytes += size(each);
                }
                case Change<?> change -> {
                    write(group);
                    change(change);
                }
                case Close close -> {
                    write(group);
                    end(close);
                    return false;
                }
            }
            if (bytes < GROUP_BYTES_MAX) continue;
            write(group);
            bytes = 0;
        }
        write(group);
        return true;
    }

    private static long size(Publication publication) {
        var content = publication.draft().content();
        return content == null ? 0 : content.bytes().length;
    }

    /// Writes what waits to be appended in one go, then acknowledges it.
    private void write(List<Task> group) {
        if (group.isEmpty()) return;
        List<Task> tasks = List.copyOf(group);
        group.clear();
        LogUnavailable failure = broken;
        if (failure != null) {
            tasks.forEach(task -> task.fail(failure));
            return;
        }
        List<Runnable> answers = new ArrayList<>(tasks.size());
        try {
            guarded(() -> {
                String full = room.shortage();
                Staging staging = new Staging(store, nowMs());
                for (Task task : tasks) {
                    answers.add(full == null ? stage(task, staging) : refuse(task, full));
                }
                store.commit(staging, nowMs());
            });
            answers.forEach(Runnable::run);
        } catch (RuntimeException refused) {
            // A rule may fail for one channel, before anything is written: the others must not suffer.
            if (tasks.size() == 1 || broken != null) tasks.forEach(task -> task.fail(refused));
            else tasks.forEach(task -> write(new ArrayList<>(List.of(task))));
        }
    }

    private static Runnable stage(Task task, Staging staging) {
        return switch (task) {
            case Append append -> {
                Appended outcome = staging.stage(append.publication);
                yield () -> append.stage.complete(outcome);
            }
            case AppendAll all -> {
                Appended.Batch outcome = staging.stageAll(all.publications);
                yield () -> all.stage.complete(outcome);
            }
            case Change<?> change -> throw new IllegalStateException("not to be appended: " + change);
            case Close close -> throw new IllegalStateException("not to be appended: " + close);
        };
    }

    /// What becomes of it where there is no room: a repeat is still one, and what would be refused is.
    private Runnable refuse(Task task, String full) {
        Staging never = new Staging(store, nowMs());
        return switch (task) {
            case Append append -> {
                Appended outcome = never.stage(append.publication);
                yield () -> append.stage.complete(never.entries().isEmpty() ? outcome : new Appended.Full(full));
            }
            case AppendAll all -> {
                Appended.Batch outcome = never.stageAll(all.publications);
                boolean fits = never.entries().isEmpty();
                yield () -> all.stage.complete(fits ? outcome : new Appended.Batch.None(0, new Appended.Full(full)));
            }
            case Change<?> change -> throw new IllegalStateException("not to be appended: " + change);
            case Close close -> throw new IllegalStateException("not to be appended: " + close);
        };
    }

    private <T> void change(Change<T> change) {
        LogUnavailable failure = broken;
        if (failure != null) {
            change.fail(failure);
            return;
        }
        try {
            List<T> outcome = new ArrayList<>(1);
            guarded(() -> outcome.add(change.change.get()));
            change.stage.complete(outcome.getFirst());
        } catch (RuntimeException failed) {
            change.fail(failed);
        }
    }

    private void end(Close close) {
        try {
            close.last.run();
            close.stage.complete(null);
        } catch (RuntimeException failed) {
            close.fail(failed);
        }
    }

    /// Does what changes the log, and tells of its growth. Whatever the disk refuses, and whatever nobody thought of,
    /// stops the writing; a rule that fails before anything has changed does not.
    private void guarded(Runnable change) {
        Cursor before = store.head();
        long last = store.last();
        try {
            change.run();
        } catch (LogUnavailable failed) {
            stop(failed);
            throw failed;
        } catch (RuntimeException | Error failed) {
            if (failed instanceof RuntimeException refused && store.last() == last) throw refused;
            LogUnavailable failure = new LogUnavailable(
                    "The log's writer failed (" + failed + "): publishing stops until the hub is started anew.",
                    failed);
            stop(failure);
            throw failure;
        } finally {
            if (before.isBefore(store.head())) readers.grown();
        }
    }

    /// For changes.
    long nowMs() {
        return clock.nowMs();
    }
}
