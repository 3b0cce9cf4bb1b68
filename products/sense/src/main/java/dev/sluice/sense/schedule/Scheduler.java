package dev.sluice.sense.schedule;

import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Runs checks according to a [CheckSchedule], each on a virtual thread, with a limit on concurrent runs.
/// Runs that wait for others are late, as [#drift] shows.
public final class Scheduler implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());

    /// Runs one check.
    @FunctionalInterface
    public interface Runner {
        /// Blocks until the run has ended.
        ///
        /// @return the number of milliseconds until the next run; 0 for the next time on the grid
        long run(String check) throws InterruptedException;
    }

    private final CheckSchedule timetable = new CheckSchedule();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Semaphore permits;
    private final LongSupplier clockMs;
    private final Runner runner;
    private final RunLateness drift = new RunLateness();
    private final AtomicLong running = new AtomicLong();
    private final Thread thread;
    private final Set<Thread> runs = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /// @param runningMax the maximum number of concurrent runs
    /// @param clockMs    the milliseconds of a monotonic clock
    public Scheduler(int runningMax, LongSupplier clockMs, Runner runner) {
        permits = new Semaphore(runningMax);
        this.clockMs = clockMs;
        this.runner = runner;
        thread = Thread.ofPlatform().daemon().name("sense-scheduler").unstarted(this::loop);
    }

    public void start() {
        thread.start();
    }

    /// Adds a check or changes its interval.
    public void put(String check, long intervalMs) {
        change(() -> timetable.put(check, intervalMs, clockMs.getAsLong()));
    }

    public void remove(String check) {
        change(() -> timetable.remove(check));
    }

    /// Runs a check now, or as soon as its current run has ended.
    public void soon(String check) {
        change(() -> timetable.soon(check, clockMs.getAsLong()));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Returns the lateness of the newest runs.
    public RunLateness drift() {
        return drift;
    }

    /// Returns the number of checks that are running.
    public long running() {
        return running.get();
    }

    /// Returns for how many milliseconds the next run has been due; 0 if none is due.
    public long backlogMs() {
        lock.lock();
        try {
            long next = timetable.nextMs();
            return next == Long.MAX_VALUE ? 0 : Math.max(0, clockMs.getAsLong() - next);
        } finally {
            lock.unlock();
        }
    }

    /// Returns the number of runs that were skipped because an earlier run of the same check had not ended.
    public long missed() {
        lock.lock();
        try {
            return timetable.missed();
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        try {
            while (true) {
                permits.acquire();
                begin(awaitDue());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private CheckSchedule.Due awaitDue() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = clockMs.getAsLong();
                CheckSchedule.Due due = timetable.take(now);
                if (due != null) return due;
                long next = timetable.nextMs();
                changed.awaitNanos(next == Long.MAX_VALUE ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(next - now));
            }
        } finally {
            lock.unlock();
        }
    }

    private void begin(CheckSchedule.Due due) {
        running.incrementAndGet();
        Thread run = Thread.ofVirtual().name("sense " + due.check()).unstarted(() -> {
            drift.add(Math.max(0, clockMs.getAsLong() - due.plannedMs()));
            long retryMs = 0;
            try {
                retryMs = runner.run(due.check());
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error defect) { // A defect in one run must not stop the check for ever.
                LOG.log(Level.ERROR, "a check could not be run check=" + LogField.quoted(due.check()), defect);
            } finally {
                running.decrementAndGet();
                permits.release();
                finished(due.check(), retryMs);
                runs.remove(Thread.currentThread());
            }
        });
        runs.add(run);
        run.start();
        if (isClosed) run.interrupt();
    }

    private void finished(String check, long retryMs) {
        change(() -> timetable.finished(check, clockMs.getAsLong(), retryMs));
    }

    /// Interrupts all runs.
    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        runs.forEach(Thread::interrupt);
    }
}
